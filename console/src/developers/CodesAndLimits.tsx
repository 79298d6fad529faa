// 错误码与限额 What a refusal means and how to mend it, and what one request may cost.
import type { CatalogueData } from './asked.ts';
import { CopyButton } from './CopyButton.tsx';
import { limitsOf } from './limits.ts';
import { Download } from '../shared/Download.tsx';
import { t } from '../shared/text.ts';

export function CodesAndLimits({ data: { apiCatalogue, serviceLimits } }: { data: CatalogueData }) {
  return (
    <>
      <section className="card">
        <h2>{t('错误码')}</h2>
        <p className="quiet">
          {t('出错时')} <code>errors[].extensions.code</code> {t('是下列稳定代码之一，程序请按代码判断，不要按文字判断。')}
        </p>
        <table className="table table-stacked">
          <thead>
            <tr>
              <th scope="col">{t('错误码')}</th>
              <th scope="col">{t('含义与处理')}</th>
              <th scope="col">
                <span className="unseen">{t('复制')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {apiCatalogue.errorCodes.map(({ code, explanation }) => (
              <tr key={code}>
                <th scope="row">
                  <code>{code}</code>
                </th>
                <td>{explanation}</td>
                <td>
                  <CopyButton text={code} what={t('错误码 {code}', { code })} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <Download name={t('错误码')} head={[t('错误码'), t('含义与处理')]} rows={apiCatalogue.errorCodes.map(({ code, explanation }) => [code, explanation])} />
      </section>
      <section className="card">
        <h2>{t('限额')}</h2>
        <p className="quiet">
          {t('一次请求的上限，以本环境为准，也可用')} <code>serviceLimits</code> {t('查询。各单位每分钟的配额见“我的密钥”。')}
        </p>
        <table className="table table-stacked">
          <thead>
            <tr>
              <th scope="col">{t('限额')}</th>
              <th scope="col">{t('上限')}</th>
              <th scope="col">{t('字段名')}</th>
            </tr>
          </thead>
          <tbody>
            {limitsOf(serviceLimits).map(({ name, title, value }) => (
              <tr key={name}>
                <th scope="row">{title}</th>
                <td>{value}</td>
                <td>
                  <code>{name}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <Download name={t('限额')} head={[t('限额'), t('上限'), t('字段名')]} rows={limitsOf(serviceLimits).map(({ name, title, value }) => [title, value, name])} />
      </section>
    </>
  );
}
