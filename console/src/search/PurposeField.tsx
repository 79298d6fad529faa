// 用途 One line in which a user says what for; the browser holds it to the length that the graph asks for.

export function PurposeField({ id, given = '' }: { id: string; given?: string }) {
  return (
    <p className="purpose">
      <label htmlFor={id}>用途（4 到 200 个字）</label>
      <input
        id={id}
        type="text"
        name="purpose"
        defaultValue={given}
        required
        minLength={4}
        maxLength={200}
        autoComplete="off"
        placeholder="例如：双随机抽查名单核对"
      />
    </p>
  );
}
