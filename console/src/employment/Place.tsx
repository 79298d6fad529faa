// 工作地点 A place by its levels: province, prefecture, county. Each level is asked for when the one above is chosen.
import { useGraph } from '../graphql/useGraph.ts';
import { t } from '../shared/text.ts';
import { PlacesBelowDocument } from './generated/graphql.ts';
import './place.css';

type Props = { id: string; value: string; choose: (code: string) => void; invalid?: boolean };

const provinceOf = (code: string) => (code ? `${code.slice(0, 2)}0000` : '');
const prefectureOf = (code: string) => (code && !code.endsWith('0000') ? `${code.slice(0, 4)}00` : '');
const countyOf = (code: string) => (code.endsWith('00') ? '' : code);

export function Place({ id, value, choose, invalid = false }: Props) {
  const province = provinceOf(value);
  const prefecture = prefectureOf(value);
  return (
    <span className="place">
      <Level id={id} label={t('省')} parent={null} value={province} choose={choose} invalid={invalid} />
      {province && <Level id={`${id}-2`} label={t('市')} parent={province} value={prefecture} choose={(code) => choose(code || province)} />}
      {prefecture && <Level id={`${id}-3`} label={t('县（区）')} parent={prefecture} value={countyOf(value)} choose={(code) => choose(code || prefecture)} />}
    </span>
  );
}

type LevelProps = { id: string; label: string; parent: string | null; value: string; choose: (code: string) => void; invalid?: boolean };

function Level({ id, label, parent, value, choose, invalid = false }: LevelProps) {
  const { data } = useGraph(PlacesBelowDocument, { parent });
  return (
    <select id={id} aria-label={label} aria-invalid={invalid || undefined} value={value} onChange={(event) => choose(event.target.value)}>
      <option value="">{t('{level}：全部', { level: label })}</option>
      {value && !data?.regions.some(({ code }) => code === value) && <option value={value}>{value}</option>}
      {data?.regions.map(({ code, name }) => (
        <option key={code} value={code}>
          {name}
        </option>
      ))}
    </select>
  );
}
