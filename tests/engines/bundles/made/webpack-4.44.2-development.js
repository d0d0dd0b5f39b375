module.exports =
/******/ (function(modules) { // webpackBootstrap
/******/ 	// The module cache
/******/ 	var installedModules = {};
/******/
/******/ 	// The require function
/******/ 	function __webpack_require__(moduleId) {
/******/
/******/ 		// Check if module is in cache
/******/ 		if(installedModules[moduleId]) {
/******/ 			return installedModules[moduleId].exports;
/******/ 		}
/******/ 		// Create a new module (and put it into the cache)
/******/ 		var module = installedModules[moduleId] = {
/******/ 			i: moduleId,
/******/ 			l: false,
/******/ 			exports: {}
/******/ 		};
/******/
/******/ 		// Execute the module function
/******/ 		modules[moduleId].call(module.exports, module, module.exports, __webpack_require__);
/******/
/******/ 		// Flag the module as loaded
/******/ 		module.l = true;
/******/
/******/ 		// Return the exports of the module
/******/ 		return module.exports;
/******/ 	}
/******/
/******/
/******/ 	// expose the modules object (__webpack_modules__)
/******/ 	__webpack_require__.m = modules;
/******/
/******/ 	// expose the module cache
/******/ 	__webpack_require__.c = installedModules;
/******/
/******/ 	// define getter function for harmony exports
/******/ 	__webpack_require__.d = function(exports, name, getter) {
/******/ 		if(!__webpack_require__.o(exports, name)) {
/******/ 			Object.defineProperty(exports, name, { enumerable: true, get: getter });
/******/ 		}
/******/ 	};
/******/
/******/ 	// define __esModule on exports
/******/ 	__webpack_require__.r = function(exports) {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/
/******/ 	// create a fake namespace object
/******/ 	// mode & 1: value is a module id, require it
/******/ 	// mode & 2: merge all properties of value into the ns
/******/ 	// mode & 4: return value when already ns object
/******/ 	// mode & 8|1: behave like require
/******/ 	__webpack_require__.t = function(value, mode) {
/******/ 		if(mode & 1) value = __webpack_require__(value);
/******/ 		if(mode & 8) return value;
/******/ 		if((mode & 4) && typeof value === 'object' && value && value.__esModule) return value;
/******/ 		var ns = Object.create(null);
/******/ 		__webpack_require__.r(ns);
/******/ 		Object.defineProperty(ns, 'default', { enumerable: true, value: value });
/******/ 		if(mode & 2 && typeof value != 'string') for(var key in value) __webpack_require__.d(ns, key, function(key) { return value[key]; }.bind(null, key));
/******/ 		return ns;
/******/ 	};
/******/
/******/ 	// getDefaultExport function for compatibility with non-harmony modules
/******/ 	__webpack_require__.n = function(module) {
/******/ 		var getter = module && module.__esModule ?
/******/ 			function getDefault() { return module['default']; } :
/******/ 			function getModuleExports() { return module; };
/******/ 		__webpack_require__.d(getter, 'a', getter);
/******/ 		return getter;
/******/ 	};
/******/
/******/ 	// Object.prototype.hasOwnProperty.call
/******/ 	__webpack_require__.o = function(object, property) { return Object.prototype.hasOwnProperty.call(object, property); };
/******/
/******/ 	// __webpack_public_path__
/******/ 	__webpack_require__.p = "";
/******/
/******/
/******/ 	// Load entry module and return exports
/******/ 	return __webpack_require__(__webpack_require__.s = "./src/main.js");
/******/ })
/************************************************************************/
/******/ ({

/***/ "./src/main.js":
/*!*********************!*\
  !*** ./src/main.js ***!
  \*********************/
/*! no static exports found */
/***/ (function(module, exports, __webpack_require__) {

eval("// CommonJS, in the style of 2021: one file imports the API and a module of its own.\nconst { SimpleTransform, PolicyError, PolicyInjection } = __webpack_require__(/*! @vectorizedio/wasm-api */ \"@vectorizedio/wasm-api\");\nconst { uppercase } = __webpack_require__(/*! ./upper */ \"./src/upper.js\");\n\nconst transform = new SimpleTransform();\ntransform.subscribe([[\"test-topic\", PolicyInjection.Stored]]);\ntransform.errorHandler(PolicyError.SkipOnFailure);\ntransform.processRecord((recordBatch) => {\n  const result = new Map();\n  const transformedRecord = recordBatch.map(({ header, records }) => ({ header, records: records.map(uppercase) }));\n  result.set(\"result\", transformedRecord);\n  return Promise.resolve(result);\n});\n\nexports[\"default\"] = transform;\n\n\n//# sourceURL=webpack:///./src/main.js?");

/***/ }),

/***/ "./src/upper.js":
/*!**********************!*\
  !*** ./src/upper.js ***!
  \**********************/
/*! no static exports found */
/***/ (function(module, exports) {

eval("// A library module of the script: bundlers wrap it in their own ways.\nconst isLowerCase = (char) => char >= 97 && char <= 122;\n\nfunction uppercase(record) {\n  return { ...record, value: record.value.map((char) => (isLowerCase(char) ? char - 32 : char)) };\n}\n\nmodule.exports = { uppercase };\n\n\n//# sourceURL=webpack:///./src/upper.js?");

/***/ }),

/***/ "@vectorizedio/wasm-api":
/*!*****************************************!*\
  !*** external "@vectorizedio/wasm-api" ***!
  \*****************************************/
/*! no static exports found */
/***/ (function(module, exports) {

eval("module.exports = require(\"@vectorizedio/wasm-api\");\n\n//# sourceURL=webpack:///external_%22@vectorizedio/wasm-api%22?");

/***/ })

/******/ });