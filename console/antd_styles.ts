// 样式抽取 The rules of the components of Ant Design that the console draws with, written once, when it is built: a phone
// computes a quarter more to show a room when it has to write them itself.
import { extractStyle } from '@ant-design/static-style-extract';
import { ConfigProvider } from 'antd';
import { createElement } from 'react';
import type { Plugin } from 'vite';
import { COMPONENTS, THEME } from './src/room/theme.ts';

const NAME = 'virtual:antd.css';
/** Colours and sizes are told by the page, because they depend on the reader. */
const FIGURES = /\.css-var-root[^{}]*\{[^{}]*\}/g;

export const antdStyles: Plugin = {
  name: 'antd-styles',
  resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
  load: (id) => (id === `\0${NAME}` ? rules() : undefined),
};

/**
 * Rules of what no screen has (text from the right, widths by twelfths, one-time codes, a search box with its own button), and
 * those of every link, which are ours (style.css).
 */
const UNUSED = /-rtl\b|\.ant-col-(\d|x|s|m|l)|\.ant-input-(otp|search)|^\s*a(\W[^.]*)?$|cssinjs-cache/;

function rules(): string {
  const all = extractStyle({ includes: COMPONENTS, customTheme: (node) => createElement(ConfigProvider, { theme: THEME }, node) });
  const ours = all.replaceAll(/<\/?style[^>]*>/g, '').replaceAll(FIGURES, '');
  return ours.replaceAll(/([^{}]+)\{[^{}]*\}/g, (rule, selectors: string) => (selectors.split(',').every((selector) => UNUSED.test(selector)) ? '' : rule));
}
