// 页面状态 How loading, failure and emptiness look and sound, the same on every screen.
import { Component, lazy, type ReactNode, Suspense } from 'react';
import { type GraphFailure, toFailure } from '../graphql/client.ts';
import { t } from './text.ts';

/** 正在加载 Grey lines where text will stand; read out as one sentence. */
export function Loading({ lines = 4 }: { lines?: number }) {
  return (
    <div className="skeleton" role="status">
      <span className="unseen">{t('正在加载…')}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className="skeleton-line" />
      ))}
    </div>
  );
}

/** Only staff meet it. */
const StepUp = lazy(async () => ({ default: (await import('../account/StepUp.tsx')).StepUp }));

/** Refusals that come again however often one asks. */
const FINAL = new Set(['INVALID_INPUT', 'NOT_FOUND', 'CREDENTIAL_INVALID', 'NOT_SIGNED_IN', 'NOT_PERMITTED']);

/** 出错 The server's own sentence and code, and the way on. */
export function Failed({ failure, retry }: { failure: GraphFailure; retry?: () => void }) {
  return (
    <div className="notice notice-error" role="alert">
      <p>
        {failure.message} <code>{failure.code}</code>
      </p>
      {failure.code === 'STEP_UP_REQUIRED' && <Suspense><StepUp /></Suspense>}
      {retry && !FINAL.has(failure.code) && (
        <button type="button" onClick={retry}>
          {t('重试')}
        </button>
      )}
    </div>
  );
}

/** 没有内容 What is not there, and what to do about it. */
export function Empty({ children }: { children: ReactNode }) {
  return <div className="notice">{children}</div>;
}

/** 页面故障 Catches a fault of a screen, so that the rest of the page stays usable. */
export class Guard extends Component<{ children: ReactNode }, { failure: GraphFailure | null }> {
  override state: { failure: GraphFailure | null } = { failure: null };

  static getDerivedStateFromError(cause: unknown) {
    return { failure: toFailure(cause) };
  }

  override render() {
    return this.state.failure ? <Failed failure={this.state.failure} /> : this.props.children;
  }
}
