/** What has been opened, closed in the opposite order, also when opening fails half way. */
export class Opened {
  readonly #closers: (() => Promise<void>)[] = []

  add(close: () => Promise<void>): void {
    this.#closers.push(close)
  }

  async closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close()
  }

  /** Gives what `work` opened and answers; what it had opened is closed when it throws. */
  static async during<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
    const opened = new Opened()
    try {
      return await work(opened)
    } catch (error) {
      await opened.closeAll()
      throw error
    }
  }
}
