// 工作间框架 Ant Design in our colours and the reader's language, for the rooms that are made of it.
import { App, ConfigProvider, type ThemeConfig } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import type { ReactNode } from 'react';
import { language } from '../shared/text.ts';
import { PlainRoom, type RoomFrame } from './PlainRoom.tsx';
import { THEME } from './theme.ts';
import 'virtual:antd.css';

/** With the rules that were written when the console was built. */
const OURS: ThemeConfig = {
  ...THEME,
  zeroRuntime: true,
  token: { ...THEME.token, motion: !matchMedia('(prefers-reduced-motion: reduce)').matches },
};

export function Frame({ children }: { children: ReactNode }) {
  return (
    <ConfigProvider theme={OURS} locale={language() === 'en' ? enUS : zhCN} button={{ autoInsertSpace: false }}>
      <App component={false}>{children}</App>
    </ConfigProvider>
  );
}

/** A screen that takes a sign-in, made of Ant Design; `extra` stands beside the heading. */
export function Room(room: RoomFrame) {
  return (
    <Frame>
      <PlainRoom {...room} />
    </Frame>
  );
}
