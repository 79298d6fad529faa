// A list of checks that goes on after a failure, prints a line for each and counts them.

export class Suite {
  #name;
  #passed = 0;
  #failed = 0;

  constructor(name) {
    this.#name = name;
  }

  /** Runs one check; whatever it throws is its failure. */
  async check(title, act) {
    try {
      const result = await act();
      this.#passed += 1;
      console.log(`ok    ${this.#name}: ${title}`);
      return result;
    } catch (error) {
      this.#failed += 1;
      console.log(`FAIL  ${this.#name}: ${title}`);
      console.log(String(error?.message ?? error).replace(/^/gm, '        '));
      return undefined;
    }
  }

  /** The closing line; the exit status tells the same. */
  close() {
    console.log(`${this.#name}: ${this.#passed} passed, ${this.#failed} failed`);
    process.exitCode = this.#failed > 0 || this.#passed === 0 ? 1 : 0;
  }
}

/** Throws `problem`, a text or a list of them, unless there is none. */
export function none(problem) {
  const problems = [problem].flat().filter(Boolean);
  if (problems.length > 0) throw new Error(problems.join('\n'));
}
