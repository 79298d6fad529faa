// 填报 One report while it is filled in: the stored draft, what was typed since, and saving by itself. Every save says
// which version it was typed over; if another tab or device has stored one meanwhile, nothing is overwritten and
// the difference is shown. Without a line what was typed waits in this browser.
import { startTransition, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ask, type GraphFailure, NO_ABORT, refuse, toFailure } from '../graphql/client.ts';
import { ApplyStatement, ConfirmUnchanged, type Conflict, type Draft, type Filing, FilingDraft, FilingStart, type Form, SaveReportDraft } from './asked.ts';
import { keep, kept } from './kept.ts';
import { type Part, partsOf, type Pending } from './layout.ts';

/** Typing pauses this long before it is stored. */
const PAUSE_MS = 700;
/** A broken line is tried again this often. */
const AGAIN_MS = 5000;

export type SaveState = 'saved' | 'typing' | 'saving' | 'offline' | 'conflict' | 'refused';
export type Reasons = Readonly<Record<string, string>>;

export type Report = {
  filing: Filing | null;
  draft: Draft | null;
  form: Form | null;
  parts: Part[];
  pending: Pending;
  reasons: Reasons;
  unpublished: readonly string[];
  state: SaveState;
  savedAt: string | null;
  failure: GraphFailure | null;
  /** Why the report cannot be shown at all. */
  absence: GraphFailure | null;
  conflict: Conflict | null;
  type: (values: Pending) => void;
  giveReason: (ruleId: string, reason: string) => void;
  publish: (name: string, isPublished: boolean) => void;
  confirm: (fields: string[]) => Promise<void>;
  /** 采用报表数 Figures of a statement that was read; `true` if they stand in the draft. */
  apply: (readingId: string, fields: string[]) => Promise<boolean>;
  /** Stores what is still pending now; `true` once everything is stored. */
  flush: () => Promise<boolean>;
  resolve: (choice: 'mine' | 'theirs') => void;
  reload: () => Promise<void>;
};

type Changed = { filing: Filing | null; conflict: Conflict | null; userErrors: readonly { code: string; message: string }[] };
type Extras = { reasons: Reasons; unpublished: readonly string[]; areDirty: boolean };

export function useFiling(uscc: string, year: number, isStored: boolean): Report {
  const [filing, setFiling] = useState<Filing | null>(null);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [form, setForm] = useState<Form | null>(null);
  const [pending, setPending] = useState<Pending>(() => kept(uscc, year));
  const [extras, setExtras] = useState<Extras>({ reasons: {}, unpublished: [], areDirty: false });
  const [state, setState] = useState<SaveState>('saved');
  const [failure, setFailure] = useState<GraphFailure | null>(null);
  const [absence, setAbsence] = useState<GraphFailure | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const version = useRef(0);
  const latest = useRef({ pending, extras });
  useEffect(() => {
    latest.current = { pending, extras };
  });
  const saving = useRef<Promise<boolean>>(Promise.resolve(true));

  const take = useCallback((stored: Draft) => {
    version.current = stored.version;
    setDraft(stored);
    setExtras((before) =>
      before.areDirty
        ? before
        : {
            reasons: Object.fromEntries(stored.reasons.map(({ ruleId, reason }) => [ruleId, reason])),
            unpublished: stored.unpublished,
            areDirty: false,
          },
    );
  }, []);

  const read = useCallback(async () => {
    const { annualReportDraft } = await ask(FilingDraft, { uscc, year }, NO_ABORT, { anew: true });
    if (annualReportDraft) take(annualReportDraft);
  }, [uscc, year, take]);

  const reload = useCallback(async () => {
    try {
      const { filingState, annualReportDraft } = await ask(FilingStart, { uscc, year }, NO_ABORT, { anew: true });
      // A long form is drawn bit by bit.
      startTransition(() => {
        setFiling(filingState);
        setForm(annualReportDraft?.form ?? null);
        if (annualReportDraft) take(annualReportDraft);
        setAbsence(null);
      });
    } catch (cause) {
      setAbsence(toFailure(cause));
    }
  }, [uscc, year, take]);

  useEffect(() => {
    // What is set is set once the answer is there.
    // oxlint-disable-next-line react/set-state-in-effect
    void reload();
  }, [reload]);

  useEffect(() => {
    keep(uscc, year, pending);
  }, [uscc, year, pending]);

  const save = useCallback(async (): Promise<boolean> => {
    const { pending: typed, extras: given } = latest.current;
    if (Object.keys(typed).length === 0 && !given.areDirty) return true;
    setState('saving');
    try {
      const { saveReportDraft: answer } = await ask(SaveReportDraft, { input: inputOf(uscc, year, version.current, typed, given) }, NO_ABORT);
      if (answer.conflict) {
        setConflict(answer.conflict);
        setState('conflict');
        return false;
      }
      refuse(answer.userErrors);
      if (answer.filing) {
        version.current = answer.filing.version;
        setFiling(answer.filing);
      }
      await read();
      setPending((now) => without(now, typed));
      setExtras((now) => (now.reasons === given.reasons && now.unpublished === given.unpublished ? { ...now, areDirty: false } : now));
      setFailure(null);
      setState('saved');
      return true;
    } catch (cause) {
      const failed = toFailure(cause);
      const isAway = failed.code === 'NETWORK' || failed.code === 'TIMEOUT';
      setFailure(isAway ? null : failed);
      setState(isAway ? 'offline' : 'refused');
      // It may have been filed on another device meanwhile.
      if (!isAway) await reload();
      return false;
    }
  }, [uscc, year, read, reload]);

  /** One save after the other. */
  const flush = useCallback((): Promise<boolean> => {
    saving.current = saving.current.then(save);
    return saving.current;
  }, [save]);

  const isDirty = Object.keys(pending).length > 0 || extras.areDirty;
  const isLoaded = draft !== null;
  useEffect(() => {
    if (!isStored || !isLoaded || !isDirty || conflict) return undefined;
    const pause = setTimeout(() => void flush(), PAUSE_MS);
    return () => clearTimeout(pause);
    // Each further key begins the pause anew.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [isStored, isLoaded, isDirty, pending, extras, conflict, flush]);

  useEffect(() => {
    if (state !== 'offline') return undefined;
    const again = () => void flush();
    const clock = setInterval(again, AGAIN_MS);
    window.addEventListener('online', again);
    return () => {
      clearInterval(clock);
      window.removeEventListener('online', again);
    };
  }, [state, flush]);

  /** Changes the draft by something else than typing, once what was typed is stored. */
  const change = async (work: (of: { uscc: string; year: number; version: number }) => Promise<Changed>): Promise<boolean> => {
    if (!(await flush())) return false;
    setState('saving');
    try {
      const answer = await work({ uscc, year, version: version.current });
      if (answer.conflict) {
        setConflict(answer.conflict);
        setState('conflict');
        return false;
      }
      refuse(answer.userErrors);
      if (answer.filing) setFiling(answer.filing);
      await read();
      setState('saved');
      setFailure(null);
      return true;
    } catch (cause) {
      setFailure(toFailure(cause));
      setState('refused');
      return false;
    }
  };
  const confirm = async (fields: string[]) => {
    await change(async (of) => (await ask(ConfirmUnchanged, { input: { ...of, fields } }, NO_ABORT)).confirmUnchanged);
  };
  const apply = (readingId: string, fields: string[]) =>
    change(async (of) => (await ask(ApplyStatement, { input: { ...of, readingId, fields } }, NO_ABORT)).applyStatement);

  const resolve = (choice: 'mine' | 'theirs') => {
    if (!conflict) return;
    version.current = conflict.version;
    setConflict(null);
    if (choice === 'theirs') {
      setPending({});
      setExtras((now) => ({ ...now, areDirty: false }));
      setState('saved');
      void read();
    } else {
      setState('typing');
    }
  };

  const parts = useMemo(() => (form && draft ? partsOf(form, draft, pending) : []), [form, draft, pending]);
  return {
    filing,
    draft,
    form,
    parts,
    pending,
    reasons: extras.reasons,
    unpublished: extras.unpublished,
    state,
    savedAt: filing?.savedAt ?? null,
    failure,
    absence,
    conflict,
    type: (values) => {
      setState('typing');
      setPending((before) => ({ ...before, ...values }));
    },
    giveReason: (ruleId, reason) => setExtras((now) => ({ ...now, reasons: { ...now.reasons, [ruleId]: reason }, areDirty: true })),
    publish: (name, isPublished) =>
      setExtras((now) => ({
        ...now,
        unpublished: isPublished ? now.unpublished.filter((one) => one !== name) : [...new Set([...now.unpublished, name])],
        areDirty: true,
      })),
    confirm,
    apply,
    flush,
    resolve,
    reload,
  };
}

function inputOf(uscc: string, year: number, version: number, typed: Pending, { reasons, unpublished, areDirty }: Extras) {
  const entries = Object.entries(typed);
  return {
    uscc,
    year,
    version,
    values: entries.flatMap(([path, value]) => (value === null ? [] : [{ path, value }])),
    reset: entries.flatMap(([path, value]) => (value === null ? [path] : [])),
    ...(areDirty && {
      unpublished: [...unpublished],
      reasons: Object.entries(reasons).flatMap(([ruleId, reason]) => (reason.trim() ? [{ ruleId, reason: reason.trim() }] : [])),
    }),
  };
}

/** What was stored is no longer pending, unless something else was typed meanwhile. */
function without(now: Pending, stored: Pending): Pending {
  return Object.fromEntries(Object.entries(now).filter(([path, value]) => stored[path] !== value));
}
