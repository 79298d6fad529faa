// 工作间框架 What every room behind the sign-in shares: Ant Design in our colours and the reader's language, the
// heading, and what is said to those who have not signed in.
import { App, ConfigProvider, type ThemeConfig } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import type { ReactNode } from 'react';
import { href, type Route } from '../route.ts';
import { useViewer, type ViewerData } from '../shell/viewer.ts';
import { Link } from '../shared/Link.tsx';
import { PageTitle } from '../shared/PageTitle.tsx';
import { Empty, Loading } from '../shared/states.tsx';
import { language, t } from '../shared/text.ts';
import './room.css';

/** The colours of style.css; every text has 4.5:1 on its ground. */
const THEME: ThemeConfig = {
  token: {
    colorPrimary: '#173f73',
    colorLink: '#1a559c',
    colorLinkHover: '#173f73',
    colorLinkActive: '#173f73',
    colorSuccess: '#1d6238',
    colorWarning: '#7a4f00',
    colorError: '#a3261c',
    colorInfo: '#173f73',
    colorSuccessBg: '#e5f3ea',
    colorSuccessBorder: '#8fc4a3',
    colorWarningBg: '#fff4dc',
    colorWarningBorder: '#d9b36a',
    colorErrorBg: '#fbebe9',
    colorErrorBorder: '#dda29c',
    colorInfoBg: '#e8eef6',
    colorInfoBorder: '#9bb4d3',
    colorPrimaryBg: '#e8eef6',
    colorText: '#1c2733',
    colorTextSecondary: '#55616e',
    colorTextTertiary: '#55616e',
    colorTextDescription: '#55616e',
    colorTextPlaceholder: '#5f6b78',
    colorTextDisabled: '#66717d',
    colorBorder: '#76828f',
    colorBorderSecondary: '#d5dce4',
    borderRadius: 6,
    fontSize: 15,
    controlHeight: 40,
    controlHeightSM: 32,
    fontFamily: 'inherit',
    motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
  },
  components: { Table: { headerBg: '#eef2f7', cellPaddingBlock: 10 }, Tabs: { horizontalItemGutter: 24 } },
};

export function Frame({ children }: { children: ReactNode }) {
  return (
    <ConfigProvider theme={THEME} locale={language() === 'en' ? enUS : zhCN} button={{ autoInsertSpace: false }}>
      <App component={false}>{children}</App>
    </ConfigProvider>
  );
}

/** A screen that takes a sign-in; `extra` stands beside the heading. */
export function Room({
  route,
  title,
  extra,
  children,
}: {
  route: Route;
  title: string;
  extra?: ReactNode;
  children: (viewer: ViewerData) => ReactNode;
}) {
  const viewer = useViewer();
  return (
    <Frame>
      <header className="room-head">
        <PageTitle>{title}</PageTitle>
        {extra}
      </header>
      {!viewer && <Loading lines={8} />}
      {viewer?.viewer.kind === 'USER' && children(viewer)}
      {viewer && viewer.viewer.kind !== 'USER' && <SignInFirst route={route} />}
    </Frame>
  );
}

function SignInFirst({ route }: { route: Route }) {
  return (
    <Empty>
      <p>{t('登录后才能使用这个页面。')}</p>
      <p>
        <Link to={{ page: 'room', room: 'sign-in', at: href(route) }}>{t('登录')}</Link>
      </p>
    </Empty>
  );
}
