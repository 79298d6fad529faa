// 样式 Ant Design in our colours. Its rules are written when the console is built (antd_styles.ts), not in the reader's browser.
import type { ThemeConfig } from 'antd';

/** The colours of style.css; every text has 4.5:1 on its ground. */
export const THEME: ThemeConfig = {
  // The names of the classes alone, without a mark of the version.
  hashed: false,
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
  },
  components: { Table: { headerBg: '#eef2f7', cellPaddingBlock: 10 }, Tabs: { horizontalItemGutter: 24 } },
};

/** The components that the console draws with, and those that they draw with themselves. */
export const COMPONENTS = [
  'Alert', 'App', 'Button', 'Checkbox', 'Descriptions', 'Form', 'Input', 'InputNumber', 'Modal', 'Progress',
  'QRCode', 'Result', 'Segmented', 'Select', 'Space', 'Statistic', 'Switch', 'Table', 'Tag',
  'Col', 'Empty', 'message', 'notification', 'Pagination', 'Row', 'Skeleton', 'Spin', 'Tooltip',
];
