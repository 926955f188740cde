import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import walls from './eslint.walls.js';

const TESTS = ['**/*.test.{ts,mjs}', '**/*.contract.ts', 'test/**'];
const PURE = ['src/conversation/**/*.ts', 'src/knowledge/**/*.ts'];

const NO_ENVIRONMENT = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'The environment is read once, in src/main.ts; everything else is handed what it needs.',
};
const NO_LEFT_OUT_TESTS = [
  {
    selector:
      'CallExpression[callee.object.name=/^(describe|it|context|specify)$/][callee.property.name=/^(only|skip)$/]',
    message: 'A test that is alone or left out is for the moment of writing: it does not get committed.',
  },
  {
    selector: 'CallExpression[callee.name=/^x(describe|it|context|specify)$/]',
    message: 'A test that is left out is for the moment of writing: it does not get committed.',
  },
  {
    selector: "CallExpression[callee.object.type='ThisExpression'][callee.property.name='skip']",
    message: 'What this machine may lack is said with needs() (test/means/availability.ts), which is loud about it.',
  },
];
const NO_WORLD = [
  {
    selector:
      "CallExpression[callee.object.name='Date'][callee.property.name='now'], NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'This folder is pure: the time comes in as an argument.',
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'This folder is pure: what is random comes in as an argument.',
  },
];
const WORLDLY_GLOBALS = [
  'process',
  'console',
  'fetch',
  'crypto',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
];

const globals = (names) => Object.fromEntries(names.map((name) => [name, 'readonly']));

export default defineConfig(
  globalIgnores(['dist/', 'node_modules/', 'data/', 'coverage/', '.cache/', 'emulator/page/vendor/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    plugins: { walls },
    rules: {
      'walls/imports': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', NO_ENVIRONMENT],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      // A `default` is accepted, for `default: return unreachable(x)` leaves the check to the compiler.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: globals([
        'process',
        'console',
        'Buffer',
        'URL',
        'fetch',
        'setTimeout',
        'clearTimeout',
        'setInterval',
        'clearInterval',
      ]),
    },
  },
  {
    files: ['emulator/page/**/*.js', 'src/api/page/**/*.js', 'console/**/*.js'],
    languageOptions: {
      globals: globals([
        'window',
        'document',
        'location',
        'navigator',
        'localStorage',
        'history',
        'EventSource',
        'WebSocket',
        'FormData',
        'Blob',
        'File',
        'FileReader',
        'HTMLElement',
        'CustomEvent',
        'Event',
        'Intl',
        'URLSearchParams',
        'AbortController',
        'crypto',
        'requestAnimationFrame',
        'matchMedia',
        'getComputedStyle',
        'customElements',
        'structuredClone',
        'queueMicrotask',
      ]),
    },
  },
  {
    files: ['src/main.ts', 'src/launch/**', 'src/operations/**', 'emulator/**', 'bench/**', ...TESTS],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['src/main.ts', 'src/launch/**', 'src/operations/**', 'emulator/main.ts', 'bench/**', ...TESTS],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: PURE,
    ignores: TESTS,
    rules: {
      'no-restricted-syntax': ['error', NO_ENVIRONMENT, ...NO_WORLD],
      'no-restricted-globals': ['error', ...WORLDLY_GLOBALS.map((name) => ({ name, message: 'This folder is pure.' }))],
    },
  },
  {
    files: TESTS,
    ignores: ['test/means/**'],
    languageOptions: { globals: globals(['describe', 'it', 'before', 'after', 'beforeEach', 'afterEach']) },
    rules: { 'no-restricted-syntax': ['error', ...NO_LEFT_OUT_TESTS] },
  },
);
