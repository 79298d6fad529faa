// 对话框 The browser's own modal dialog: it keeps the keyboard inside, gives the focus back, and is closed by Escape where it
// may be left without an answer.
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { t } from './text.ts';

type Props = { title: string; isOpen: boolean; children: ReactNode; className?: string; close?: () => void };

/** Without `close` it takes an answer, which `children` have. */
export function Dialog({ title, isOpen, children, className = '', close }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const { current: dialog } = box;
    if (isOpen && !dialog?.open) dialog?.showModal();
    if (!isOpen && dialog?.open) dialog.close();
  }, [isOpen]);
  return (
    <dialog
      ref={box}
      className={`dialog ${className}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        close?.();
      }}
      // Browsers close it at the second Escape, whatever is said.
      onClose={() => isOpen && (close ? close() : box.current?.showModal())}
    >
      {isOpen && (
        <>
          <div className="dialog-head">
            <h2 id={heading}>{title}</h2>
            {close && (
              <button type="button" className="small" onClick={close}>
                {t('关闭')}
              </button>
            )}
          </div>
          {children}
        </>
      )}
    </dialog>
  );
}
