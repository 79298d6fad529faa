import { expect, test } from 'vitest';
import { COMPONENTS } from './theme.ts';

const SOURCES = import.meta.glob<string>('../**/*.tsx', { query: '?raw', import: 'default', eager: true });

test('rules are written for every component that a screen draws with', () => {
  const lists = Object.values(SOURCES).flatMap((text) => [...text.matchAll(/^import \{([^}]*)\} from 'antd';/gm)].map(([, list = '']) => list));
  const names = lists.flatMap((list) => list.split(',').map((name) => name.trim())).filter((name) => name !== '' && !name.startsWith('type '));
  expect(names.length).toBeGreaterThan(100);
  expect([...new Set(names)].filter((name) => name !== 'ConfigProvider' && !COMPONENTS.includes(name))).toEqual([]);
});
