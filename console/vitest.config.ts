// 单元测试 Pure functions and single components, in a browser without a window (jsdom).
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  // One light thread: there are few tests, and other work goes on beside them.
  test: { environment: 'jsdom', pool: 'threads', maxWorkers: 1, isolate: false, include: ['src/**/*.test.{ts,tsx}'], setupFiles: ['test/setup.ts'] },
});
