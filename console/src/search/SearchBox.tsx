// 检索框 The one search box. Searches a moment after the last key, never in the middle of a
// syllable of an input method.
import { type FormEvent, useEffect, useState } from 'react';
import { amend, go, type SearchRoute } from '../route.ts';

const PAUSE_MS = 250;

export function SearchBox({ route }: { route: SearchRoute }) {
  const [text, setText] = useState(route.query);
  const [composing, setComposing] = useState(false);
  const [followed, setFollowed] = useState(route.query);
  // The address changed by other means than typing (back, a link): the box follows it.
  if (followed !== route.query) {
    setFollowed(route.query);
    if (text.trim() !== route.query) setText(route.query);
  }

  const query = text.trim();
  useEffect(() => {
    if (composing || query === route.query) return undefined;
    const pause = setTimeout(() => search(route, query), PAUSE_MS);
    return () => clearTimeout(pause);
  }, [composing, query, route]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (query !== route.query) search(route, query);
  };
  return (
    <form role="search" className="search-box" onSubmit={submit}>
      <label htmlFor="query">企业名称、统一社会信用代码、法定代表人、地址或处罚内容</label>
      <div className="input-row">
        <input
          id="query"
          type="search"
          value={text}
          autoComplete="off"
          maxLength={100}
          placeholder="例如：餐饮"
          onChange={(event) => setText(event.target.value)}
          onCompositionStart={() => setComposing(true)}
          onCompositionEnd={() => setComposing(false)}
        />
        <button type="submit" className="primary">
          查询
        </button>
      </div>
    </form>
  );
}

/** The first word typed is a step forward from the start page; refining it is not. */
function search(route: SearchRoute, query: string) {
  if (route.query === '') go({ ...route, query });
  else amend({ ...route, query });
}
