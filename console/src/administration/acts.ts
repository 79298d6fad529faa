// 审计操作 What the words of the audit log are called; a word that is not known here is shown as it is.
import { t } from '../shared/text.ts';

const ACTS: Record<string, string> = {
  SIGN_IN: '登录',
  SHOW_SECOND_FACTOR: '二次验证',
  BIND_SECOND_FACTOR: '绑定动态口令',
  SIGN_OUT: '退出',
  BACKCHANNEL_LOGOUT: '由身份平台退出',
  CHANGE_PASSWORD: '更换口令',
  CREATE_USER: '建立账号',
  RESET_USER: '重置账号',
  DISABLE_USER: '停用账号',
  ENABLE_USER: '启用账号',
  GRANT_ROLE: '授予角色',
  REVOKE_ROLE: '收回角色',
  LINK_IDENTITY: '关联统一身份',
  UNLINK_IDENTITY: '解除统一身份',
  END_SESSION: '结束登录',
  END_SESSIONS_OF_USER: '让账号下线',
  CREATE_API_CLIENT: '建立接口用户',
  UPDATE_API_CLIENT: '变更接口用户',
  DISABLE_API_CLIENT: '停用接口用户',
  ROTATE_API_KEY: '更换接口密钥',
  REGISTER_DOCUMENTS: '登记语句',
  CALL_INTERFACE: '接口调用',
  USE: '越权请求',
  REVEAL_FIELD: '查看未脱敏信息',
  READ_CROSS_REGION: '查看外省记录',
  START_JOB: '发起任务',
  VERIFY_AUDIT_CHAIN: '核验审计链',
  EXPORT_SEARCH: '导出检索结果',
  EXPORT_ZERO_VALUE_REPORTS: '导出零值年报名单',
  DOWNLOAD_EXPORT: '下载导出文件',
  SAVE_SEARCH: '保存检索',
  UPDATE_SAVED_SEARCH: '变更保存的检索',
  DELETE_SAVED_SEARCH: '删除保存的检索',
  SAVE_DRAFT: '填写年报草稿',
  SUBMIT_REPORT: '报送年报',
  CORRECT_REPORT: '更正年报',
  MODIFY_REPORT: '修改年报',
  FILE_BRANCH_REPORTS: '分支机构集中年报',
  COMPARE_REPORTS: '比对年报',
  FIND_DIFFERENCES: '记录比对发现',
  ISSUE_CORRECTION_LETTER: '发出责令改正通知书',
  PUBLISH_NOTICE: '发布公告',
  WITHDRAW_NOTICE: '撤回公告',
  ANSWER_CORRECTION_LETTER: '答复责令改正通知书',
  SETTLE_FINDING: '办结比对发现',
  APPLY_STATEMENT: '采用报表数',
  CREATE_REMINDER_CAMPAIGN: '发起催报',
  STOP_REMINDER_CAMPAIGN: '停止催报',
  OPT_OUT_OF_REMINDERS: '退订催报短信',
  OPT_IN_TO_REMINDERS: '恢复接收催报短信',
  DOWNLOAD_BRANCH_TEMPLATE: '下载分支机构模板',
  DOWNLOAD_DOCUMENT: '下载文书',
  PRINT_DOCUMENT: '打印文书',
  EXTRACT_FIGURES: '提取税务、社保数据',
  GIVE_DATA_CONSENT: '同意提取数据',
  WITHDRAW_DATA_CONSENT: '撤回提取同意',
  READ_STATEMENT: '识别财务报表',
  PUBLISH_EMPLOYMENT_NEED: '发布用工需求',
  WITHDRAW_EMPLOYMENT_NEED: '撤下用工需求',
  RECORD_LEGAL_PHONE: '登记法定代表人手机号',
  SEARCH_BY_PHONE: '按电话检索',
  REQUEST_LIAISON_CODE: '申请验证码',
  SEND_LIAISON_CODE: '发送验证码',
  VERIFY_LIAISON_CODE: '核对验证码',
  SAVE_LIAISON: '登记联络员',
  IMPORT_LEGACY: '导入旧系统数据',
  ADD_KEY: '登记密钥',
  ROTATE_KEYS: '更换数据密钥',
};
const OUTCOMES: Record<string, string> = { DONE: '成功', REFUSED: '拒绝' };

export function actOf(word: string): string {
  return t(ACTS[word] ?? word);
}

export function outcomeOf(word: string | null): string {
  return word === null ? '' : t(OUTCOMES[word] ?? word);
}

/** To choose one of; the word stands beside its name, because exports and other tools use it. */
export function actChoices(): { value: string; label: string }[] {
  return Object.keys(ACTS).map((word) => ({ value: word, label: `${actOf(word)} ${word}` }));
}
