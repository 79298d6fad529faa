// 检索框 The one search box, with enterprises that may be meant below it (ARIA combobox): arrows choose one,
// Enter opens it or searches for what is typed, Escape closes the list.
import { type FormEvent, type KeyboardEvent, useId, useState } from 'react';
import type { Suggestion } from './asked.ts';
import { go, step } from '../route.ts';
import { t } from '../shared/text.ts';
import { Uscc } from '../shared/Uscc.tsx';
import { isBlank, type SearchRoute } from './address.ts';
import { useSuggestions } from './useSuggestions.ts';

/** As many characters as the graph takes. */
const MOST_CHARACTERS = 256;

export function SearchBox({ route }: { route: SearchRoute }) {
  const [text, setText] = useState(route.query);
  const [followed, setFollowed] = useState(route.query);
  const [isOpen, setOpen] = useState(false);
  const [isComposing, setComposing] = useState(false);
  const [active, setActive] = useState(-1);
  const list = useId();
  // The address changed by other means than typing (back, a link): the box follows it.
  if (followed !== route.query) {
    setFollowed(route.query);
    setText(route.query);
    setOpen(false);
  }
  const query = text.trim();
  const suggestions = useSuggestions(isOpen && !isComposing && query !== '' ? query : null);
  const chosen = isOpen ? suggestions[active] : undefined;

  const search = () => {
    setOpen(false);
    setActive(-1);
    const next = { ...route, query };
    // From the start page it is another screen, else another state of this one.
    if (isBlank(route) && !isBlank(next)) go(next);
    else step(next);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (chosen) open(chosen);
    else search();
  };
  const type = (typed: string) => {
    setText(typed);
    setActive(-1);
    setOpen(true);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing || event.nativeEvent.isComposing) return;
    if (event.key === 'Escape' && isOpen && suggestions.length > 0) {
      event.preventDefault();
      setOpen(false);
      setActive(-1);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      setActive((before) => moved(before, event.key === 'ArrowDown' ? 1 : -1, isOpen ? suggestions.length : 0));
    }
  };
  const isShown = isOpen && suggestions.length > 0;
  return (
    <form role="search" className="search-box" onSubmit={submit}>
      <label htmlFor="query">{t('企业名称、统一社会信用代码、文号、人名、地址或处罚内容')}</label>
      <div className="input-row">
        <div className="combobox">
          <input
            id="query"
            type="search"
            role="combobox"
            value={text}
            autoComplete="off"
            spellCheck={false}
            enterKeyHint="search"
            maxLength={MOST_CHARACTERS}
            placeholder={t('例如：餐饮')}
            aria-autocomplete="list"
            aria-expanded={isShown}
            aria-controls={list}
            aria-activedescendant={chosen ? `${list}-${active}` : undefined}
            aria-describedby="query-syntax"
            onChange={(event) => type(event.target.value)}
            onKeyDown={onKeyDown}
            onBlur={() => setOpen(false)}
            onCompositionStart={() => setComposing(true)}
            onCompositionEnd={() => setComposing(false)}
          />
          <div id={list} role="listbox" aria-label={t('联想的经营主体')} className="suggestions" hidden={!isShown}>
            {suggestions.map((suggestion, place) => (
              <Option
                key={suggestion.id}
                id={`${list}-${place}`}
                suggestion={suggestion}
                typed={query}
                isActive={place === active}
                reach={() => setActive(place)}
              />
            ))}
          </div>
        </div>
        <button type="submit" className="primary">
          {t('查询')}
        </button>
      </div>
      <p id="query-syntax" className="quiet syntax">
        <span>{t('“短语”原样查找')}</span>
        <span>{t('-词 排除')}</span>
        <span>{t('2024年、近三年 按日期')}</span>
        <span>{t('名称的拼音或首字母，如 xacy')}</span>
      </p>
      <span className="unseen" role="status">
        {isShown ? t('{count} 条联想，用上下键选择', { count: suggestions.length }) : ''}
      </span>
    </form>
  );
}

type OptionProps = { id: string; suggestion: Suggestion; typed: string; isActive: boolean; reach: () => void };

/** Keys stay in the box, as the pattern asks; here is what a pointer does. */
function Option({ id, suggestion, typed, isActive, reach }: OptionProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="option"
      aria-selected={isActive}
      tabIndex={-1}
      onMouseMove={isActive ? undefined : reach}
      // The box keeps the focus, or the list would close before the click.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => open(suggestion)}
    >
      <span>
        <Typed name={suggestion.name} typed={typed} />
      </span>
      <span className="quiet code">
        <Uscc code={suggestion.uscc} />
      </span>
    </div>
  );
}

/** The name with what was typed of it. */
function Typed({ name, typed }: { name: string; typed: string }) {
  const start = name.indexOf(typed);
  if (start < 0) return name;
  return (
    <>
      {name.slice(0, start)}
      <strong>{typed}</strong>
      {name.slice(start + typed.length)}
    </>
  );
}

function open({ uscc }: Suggestion) {
  go({ page: 'enterprise', uscc, tab: '', at: '' });
}

/** One further, around the ends; between the last and the first is the box itself. */
function moved(place: number, by: number, length: number): number {
  if (length === 0) return -1;
  const slots = length + 1;
  return ((place + 1 + by + slots) % slots) - 1;
}
