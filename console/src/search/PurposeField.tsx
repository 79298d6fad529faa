// 用途 One line in which a user says what for; the browser holds it to the length that the graph asks for.
import { t } from '../shared/text.ts';

export function PurposeField({ id, given = '' }: { id: string; given?: string }) {
  return (
    <p className="purpose">
      <label htmlFor={id}>{t('用途（4 到 200 个字）')}</label>
      <input
        id={id}
        type="text"
        name="purpose"
        defaultValue={given}
        required
        minLength={4}
        maxLength={200}
        autoComplete="off"
        placeholder={t('例如：双随机抽查名单核对')}
      />
    </p>
  );
}
