// Bundles src/ in the ways that people bundle scripts: `node bundle.mjs OUTPUT_FOLDER external|inside`.
//
// external: the API stays a require or import, as the committed files in made/ have it. inside: the real npm package, which carries
// the 2021 API under the name that is still published, becomes part of the bundle. Run from a folder with package.json installed.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [, , output, api] = process.argv;
const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(join(process.cwd(), 'x.js'));
const esbuild = require('esbuild');
const webpack = require('webpack');
const name = '@vectorizedio/wasm-api';
const real = api === 'inside' ? require.resolve('@redpanda-data/wasm-api') : null;
const alias = real ? { [name]: real } : {};

const esbuilds = {
  'esbuild-cjs.js': { entry: 'main.js', format: 'cjs' },
  'esbuild-cjs-min.js': { entry: 'main.js', format: 'cjs', minify: true, sourcemap: 'inline' },
  'esbuild-ts-cjs.js': { entry: 'typed.ts', format: 'cjs' },
  'esbuild-ts-esm.mjs': { entry: 'typed.ts', format: 'esm' },
  'esbuild-ts-esm-min.mjs': { entry: 'typed.ts', format: 'esm', minify: true },
};
for (const [file, { entry, ...options }] of Object.entries(esbuilds)) {
  await esbuild.build({
    entryPoints: [join(here, 'src', entry)], outfile: join(output, file), bundle: true, absWorkingDir: here, platform: 'neutral', logLevel: 'error',
    external: real ? [] : [name], alias, ...options,
  });
}

const webpacks = {
  'webpack-commonjs2.js': { mode: 'production', minimize: true },
  'webpack-commonjs2-dev.js': { mode: 'development', minimize: false },
};
for (const [file, { mode, minimize }] of Object.entries(webpacks)) {
  await new Promise((done, fail) => webpack({
    mode, target: 'node', devtool: mode === 'development' ? 'eval' : false,
    context: here,
    entry: join(here, 'src', 'main.js'),
    output: { path: output, filename: file, libraryTarget: 'commonjs2' },
    optimization: { minimize },
    externals: real ? {} : { [name]: `commonjs2 ${name}` },
    resolve: { alias },
    performance: { hints: false },
  }, (error, stats) => (error || stats.hasErrors() ? fail(error ?? stats.toString()) : done())));
}
