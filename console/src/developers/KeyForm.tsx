// 密钥框 Where the reader gives the key of the own office, or takes it back.
import { type FormEvent, useState } from 'react';
import { isPossible, type OwnKey, shown } from './useOwnKey.ts';
import { t } from '../shared/text.ts';

export function KeyForm({ own }: { own: OwnKey }) {
  const [text, setText] = useState(own.key);
  const [isWrong, setWrong] = useState(false);
  const [followed, setFollowed] = useState(own.key);
  // Another key came into use by other means than typing (it was renewed): the box follows it.
  if (followed !== own.key) {
    setFollowed(own.key);
    setText(own.key);
  }

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const key = text.trim();
    setWrong(!isPossible(key));
    if (isPossible(key)) own.use(key);
  };
  const takeBack = () => {
    setText('');
    setWrong(false);
    own.use('');
  };
  return (
    <form className="key-form" onSubmit={submit}>
      <label htmlFor="api-key">{t('接口密钥')}</label>
      <div className="input-row">
        <input
          id="api-key"
          type="password"
          value={text}
          autoComplete="off"
          spellCheck={false}
          placeholder="sx_live_…"
          aria-invalid={isWrong}
          aria-describedby="api-key-note"
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" className="primary">
          {t('使用')}
        </button>
        {(own.key || text) && (
          <button type="button" onClick={takeBack}>
            {t('清除')}
          </button>
        )}
      </div>
      <p id="api-key-note" className="quiet" role="status">
        {isWrong && <strong className="grave">{t('请填写完整的密钥：以 sx_live_ 开头，不含空格和汉字。')}</strong>}
        {!isWrong && own.key && t('当前密钥 {shown}。', { shown: shown(own.key) })}
        {!isWrong && t('密钥只留在本页内存中，不写入网址和浏览器存储；刷新或离开后需重新填写。')}
      </p>
    </form>
  );
}
