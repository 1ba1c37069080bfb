/** The style of `plainPage`: the consoles' tokens, without their build. The accent is the product's. */
export const PLAIN_PAGE_STYLE = `
:root { color-scheme: light dark;
  --page: light-dark(#f7f8f9, #17191c); --card: light-dark(#fff, #1e2125); --field: light-dark(#fff, #17191c);
  --text: light-dark(#16191d, #eceef0); --dim: light-dark(#596068, #a3a9b1);
  --line: light-dark(#e1e4e8, #33373d); --edge: light-dark(#84898f, #757c85);
  --bad: light-dark(#c0272d, #ff8a87); --bad-soft: light-dark(#fdf1f1, #33201f) }
*, ::before { box-sizing: border-box }
body { margin: 0; min-height: 100vh; min-height: 100dvh; padding: 32px 16px 12vh; display: grid; align-content: safe center; justify-content: center;
  grid-template-columns: minmax(0, 384px); background: var(--page); color: var(--text);
  font: 14px/20px 'Inter Variable', system-ui, sans-serif; overflow-wrap: anywhere; -webkit-font-smoothing: antialiased }
header { display: flex; gap: 12px; align-items: center; margin: 0 4px 20px }
header svg { flex: none; width: 36px; height: 36px }
header p { margin: 0; font-weight: 600 } header span { display: block; font-size: 13px; font-weight: 400; color: var(--dim) }
main { padding: 28px; border: 1px solid var(--line); border-radius: 6px; background: var(--card) }
h1 { margin: 0; font-size: 20px; line-height: 28px; font-weight: 600; letter-spacing: -.01em; text-wrap: balance }
main p { margin: 8px 0 0; text-wrap: pretty } .lead { color: var(--dim) }
a { color: var(--accent-text) }
form { margin: 0 }
.field { margin-top: 20px } label { display: block; margin-bottom: 6px; font-size: 13px; font-weight: 500 }
input { display: block; width: 100%; height: 40px; padding: 0 12px; font: inherit; color: inherit; background: var(--field); border: 1px solid var(--edge); border-radius: 6px }
input:focus-visible { outline: 2px solid var(--ring); outline-offset: -1px; border-color: transparent }
::placeholder { color: light-dark(#6a7178, #8d949c); opacity: 1 }
input[readonly] { color: var(--dim); background: var(--page); border-color: var(--line) }
input[aria-invalid] { border-color: var(--bad) } input[aria-invalid]:focus-visible { outline-color: var(--bad) }
.field .hint, .field .error { margin: 6px 0 0; font-size: 13px; line-height: 18px } .hint { color: var(--dim) }
.error { position: relative; padding-left: 24px; color: var(--bad) }
main .notice { position: relative; margin-top: 20px; padding: 10px 12px 10px 36px; border: 1px solid var(--line); border-radius: 6px; background: var(--page) }
.notice.bad { color: var(--bad); border-color: currentColor; background: var(--bad-soft) }
.error::before, .notice::before { content: "i" / ""; position: absolute; left: 12px; top: 12px; width: 16px; height: 16px; border: 1px solid; border-radius: 50%; font: 600 10px/14px system-ui, sans-serif; text-align: center }
.error::before, .notice.bad::before { content: "!" / "" }
.error::before { left: 0; top: 1px }
.button { display: flex; width: 100%; min-height: 40px; margin-top: 12px; padding: 9px 16px; align-items: center; justify-content: center; text-align: center; text-decoration: none; cursor: pointer;
  font: inherit; font-weight: 500; color: var(--text); background: var(--card); border: 1px solid var(--edge); border-radius: 6px }
.button:hover { background: var(--page) }
.button.first { margin-top: 24px; color: #fff; background: var(--accent); border-color: transparent } .button.first:hover { background: var(--accent-hover) }
:focus-visible { outline: 2px solid var(--ring); outline-offset: 2px }
dl { margin: 0 } dt { margin-top: 16px; font-size: 13px; font-weight: 500; color: var(--dim) } dd { margin: 2px 0 0 }
code { font: 12px/18px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
.small { font-size: 13px; color: var(--dim) } main .small { margin-top: 20px }
footer { margin: 20px 4px 0; font-size: 13px; color: var(--dim) } footer p { margin: 0 0 8px; text-wrap: pretty } footer code { white-space: nowrap }
@media (max-width: 480px) { body { padding: 20px 16px; align-content: start } main { padding: 20px } input { font-size: 16px } }
@media (forced-colors: active) { .button.first { border-color: ButtonText } }
`
