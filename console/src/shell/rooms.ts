// 工作间 The screens behind the sign-in, each with whom it is for. A room is loaded when it is entered; what its
// visitor may not do is refused by the graph, not by this list.
import type { ComponentType } from 'react';
import type { RoomRoute } from '../route.ts';
import { hasRole, mayAct, type ViewerData } from './viewer.ts';

export type RoomProps = { route: RoomRoute };
export type Room = {
  id: string;
  title: string;
  /** Whether it stands in the navigation of this viewer. */
  isFor: (viewer: ViewerData) => boolean;
  load: () => Promise<{ default: ComponentType<RoomProps> }>;
};

export const ROOMS: readonly Room[] = [
  {
    id: 'filings',
    title: '我的年报',
    isFor: (viewer) => hasRole(viewer, 'LIAISON'),
    load: async () => ({ default: (await import('../filing/FilingsPage.tsx')).FilingsPage }),
  },
  {
    id: 'letters',
    title: '责令改正通知',
    isFor: (viewer) => mayAct(viewer, 'ANSWER_CORRECTION'),
    load: async () => ({ default: (await import('../filing/LettersPage.tsx')).LettersPage }),
  },
  {
    id: 'employment',
    title: '用工需求',
    isFor: (viewer) => hasRole(viewer, 'LIAISON'),
    load: async () => ({ default: (await import('../employment/OwnNeedsPage.tsx')).OwnNeedsPage }),
  },
  {
    id: 'liaison',
    title: '联络员',
    isFor: (viewer) => hasRole(viewer, 'LIAISON'),
    load: async () => ({ default: (await import('../liaison/LiaisonPage.tsx')).LiaisonPage }),
  },
  {
    id: 'bureau',
    title: '年报监管',
    isFor: (viewer) => mayAct(viewer, 'SUPERVISE_REPORTS'),
    load: async () => ({ default: (await import('../bureau/BureauPage.tsx')).BureauPage }),
  },
  {
    id: 'analysis',
    title: '统计分析',
    isFor: (viewer) => mayAct(viewer, 'EXPORT_SEARCH'),
    load: async () => ({ default: (await import('../analysis/AnalysisPage.tsx')).AnalysisPage }),
  },
  {
    id: 'watching',
    title: '检索与提醒',
    isFor: (viewer) => mayAct(viewer, 'EXPORT_SEARCH'),
    load: async () => ({ default: (await import('../analysis/WatchingPage.tsx')).WatchingPage }),
  },
  {
    id: 'jobs',
    title: '我的任务',
    isFor: (viewer) => startsJobs(viewer),
    load: async () => ({ default: (await import('../jobs/JobsPage.tsx')).JobsPage }),
  },
  {
    id: 'users',
    title: '账号与角色',
    isFor: (viewer) => mayAct(viewer, 'READ_USERS'),
    load: async () => ({ default: (await import('../administration/UsersPage.tsx')).UsersPage }),
  },
  {
    id: 'rights',
    title: '权限矩阵',
    isFor: (viewer) => mayAct(viewer, 'READ_USERS'),
    load: async () => ({ default: (await import('../administration/RightsPage.tsx')).RightsPage }),
  },
  {
    id: 'clients',
    title: '接口用户',
    isFor: (viewer) => mayAct(viewer, 'READ_CLIENTS'),
    load: async () => ({ default: (await import('../administration/ClientsPage.tsx')).ClientsPage }),
  },
  {
    id: 'audit',
    title: '审计记录',
    isFor: (viewer) => mayAct(viewer, 'READ_AUDIT'),
    load: async () => ({ default: (await import('../administration/AuditPage.tsx')).AuditPage }),
  },
  {
    id: 'operations',
    title: '运行与限额',
    isFor: (viewer) => mayAct(viewer, 'READ_OPERATIONS'),
    load: async () => ({ default: (await import('../administration/OperationsPage.tsx')).OperationsPage }),
  },
  {
    id: 'account',
    title: '我的账号',
    isFor: () => false,
    load: async () => ({ default: (await import('../account/AccountPage.tsx')).AccountPage }),
  },
  {
    id: 'sign-in',
    title: '登录',
    isFor: () => false,
    load: async () => ({ default: (await import('../account/SignInPage.tsx')).SignInPage }),
  },
];

/** 发起任务 Whether some act of the viewer takes a while. */
function startsJobs(viewer: ViewerData): boolean {
  return (['EXPORT_SEARCH', 'COMPARE_REPORTS', 'FILE_REPORTS', 'READ_AUDIT'] as const).some((act) => mayAct(viewer, act));
}

export function roomOf(id: string): Room | undefined {
  return ROOMS.find((room) => room.id === id);
}
