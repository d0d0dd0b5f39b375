/*
 * ATTENTION: The "eval" devtool has been used (maybe by default in mode: "development").
 * This devtool is neither made for production nor for readable output files.
 * It uses "eval()" calls to create a separate source file in the browser devtools.
 * If you are trying to read the output file, select a different devtool (https://webpack.js.org/configuration/devtool/)
 * or disable the default devtool with "devtool: false".
 * If you are looking for production-ready output files, see mode: "production" (https://webpack.js.org/configuration/mode/).
 */
/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({

/***/ "./src/main.js"
/*!*********************!*\
  !*** ./src/main.js ***!
  \*********************/
(__unused_webpack_module, exports, __webpack_require__) {

eval("{// CommonJS, in the style of 2021: one file imports the API and a module of its own.\nconst { SimpleTransform, PolicyError, PolicyInjection } = __webpack_require__(/*! @vectorizedio/wasm-api */ \"@vectorizedio/wasm-api\");\nconst { uppercase } = __webpack_require__(/*! ./upper */ \"./src/upper.js\");\n\nconst transform = new SimpleTransform();\ntransform.subscribe([[\"test-topic\", PolicyInjection.Stored]]);\ntransform.errorHandler(PolicyError.SkipOnFailure);\ntransform.processRecord((recordBatch) => {\n  const result = new Map();\n  const transformedRecord = recordBatch.map(({ header, records }) => ({ header, records: records.map(uppercase) }));\n  result.set(\"result\", transformedRecord);\n  return Promise.resolve(result);\n});\n\nexports[\"default\"] = transform;\n\n\n//# sourceURL=webpack://headrace-bundles/./src/main.js?\n}");

/***/ },

/***/ "./src/upper.js"
/*!**********************!*\
  !*** ./src/upper.js ***!
  \**********************/
(module) {

eval("{// A library module of the script: bundlers wrap it in their own ways.\nconst isLowerCase = (char) => char >= 97 && char <= 122;\n\nfunction uppercase(record) {\n  return { ...record, value: record.value.map((char) => (isLowerCase(char) ? char - 32 : char)) };\n}\n\nmodule.exports = { uppercase };\n\n\n//# sourceURL=webpack://headrace-bundles/./src/upper.js?\n}");

/***/ },

/***/ "@vectorizedio/wasm-api"
/*!*****************************************!*\
  !*** external "@vectorizedio/wasm-api" ***!
  \*****************************************/
(module) {

"use strict";
module.exports = require("@vectorizedio/wasm-api");

/***/ }

/******/ 	});
/************************************************************************/
/******/ 	// The module cache
/******/ 	const __webpack_module_cache__ = {};
/******/ 	
/******/ 	// The require function
/******/ 	function __webpack_require__(moduleId) {
/******/ 		// Check if module is in cache
/******/ 		const cachedModule = __webpack_module_cache__[moduleId];
/******/ 		if (cachedModule !== undefined) {
/******/ 			return cachedModule.exports;
/******/ 		}
/******/ 		// Create a new module (and put it into the cache)
/******/ 		const module = __webpack_module_cache__[moduleId] = {
/******/ 			// no module.id needed
/******/ 			// no module.loaded needed
/******/ 			exports: {}
/******/ 		};
/******/ 	
/******/ 		// Execute the module function
/******/ 		if (!(moduleId in __webpack_modules__)) {
/******/ 			delete __webpack_module_cache__[moduleId];
/******/ 			const e = new Error("Cannot find module '" + moduleId + "'");
/******/ 			e.code = 'MODULE_NOT_FOUND';
/******/ 			throw e;
/******/ 		}
/******/ 		__webpack_modules__[moduleId](module, module.exports, __webpack_require__);
/******/ 	
/******/ 		// Return the exports of the module
/******/ 		return module.exports;
/******/ 	}
/******/ 	
/************************************************************************/
/******/ 	
/******/ 	// startup
/******/ 	// Load entry module and return exports
/******/ 	// This entry module can't be inlined because the eval devtool is used.
/******/ 	let __webpack_exports__ = __webpack_require__("./src/main.js");
/******/ 	module.exports = __webpack_exports__;
/******/ 	
/******/ })()
;