export interface TestAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, each read at the few places it is asked about.
  readonly json: any
}

export interface TestCall {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Text goes as it is, anything else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Someone who calls the directory, by the whole address, with a bearer or a cookie of theirs. */
export type TestCaller = (url: string, call?: TestCall) => Promise<TestAnswer>
