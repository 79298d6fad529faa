// 统一社会信用代码 A social credit code in its groups (登记管理部门和机构类别、行政区划、主体标识、校验),
// parted by space on the screen only: copied, it is one code.

export function Uscc({ code }: { code: string }) {
  const groups = code.match(/^(..)(.{6})(.{9})(.)$/)?.slice(1) ?? [code];
  return (
    <span className="uscc">
      {groups.map((group, place) => (
        // The groups of a code never move; their place names them.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={place}>{group}</span>
      ))}
    </span>
  );
}
