import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'data/', 'emulator/page/vendor/'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
);
