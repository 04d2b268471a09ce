import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * `npm run build` calls this through tools/build. `npx vite apps/console-web` with the fake API of `testing/` running
 * (or a real console, by CONSOLE_URL) serves the pages while one works on them.
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { conditions: ['sluice-source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Nothing is ever inlined into the page: the policy it is served with allows only files of its own origin.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      '/api': {
        target: process.env.CONSOLE_URL ?? 'http://127.0.0.1:9444',
        secure: false,
        changeOrigin: true,
      },
    },
  },
});
