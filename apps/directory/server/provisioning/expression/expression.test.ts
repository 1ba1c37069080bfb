import { describe, expect, test } from 'vitest'
import { evaluate, type SourceAttributes } from './evaluate.ts'
import { attributesOf, ExpressionError, parseExpression, printExpression } from './parse.ts'

const source: SourceAttributes = {
  givenName: 'Priya',
  surname: 'Raman',
  IsSoftDeleted: 'False',
  phones: ['1', '2'],
  quoted: 'say "hi" \\',
}

describe('expressions', () => {
  test.each([
    { why: 'an attribute', text: '[givenName]', value: 'Priya' },
    { why: 'an attribute with blanks inside the brackets', text: '[ givenName ]', value: 'Priya' },
    { why: 'an attribute that is missing', text: '[jobTitle]', value: null },
    { why: 'a name that every object inherits', text: '[constructor]', value: null },
    { why: 'a text', text: '"Fixed"', value: 'Fixed' },
    { why: 'escaped quotes and backslashes', text: '"a \\"b\\" \\\\ c"', value: 'a "b" \\ c' },
    { why: 'a whole number', text: '-12', value: '-12' },
    {
      why: 'the default mapping of active, present',
      text: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
      value: 'True',
    },
    { why: 'Switch is case-sensitive', text: 'Switch("false", "no", "False", "yes")', value: 'no' },
    { why: 'Switch without a default', text: 'Switch("other", , "a", "b")', value: null },
    {
      why: 'Switch: an empty key stands for a missing source',
      text: 'Switch([jobTitle], "some", "", "none")',
      value: 'none',
    },
    { why: 'the default mapping of name.formatted', text: 'Join(" ", [givenName], [surname])', value: 'Priya Raman' },
    {
      why: 'Join leaves no separator for what is missing',
      text: 'Join(" ", [givenName], [middleName], [surname])',
      value: 'Priya Raman',
    },
    { why: 'Join of nothing', text: 'Join(" ", [a], [b])', value: null },
    { why: 'Join flattens several values', text: 'Join("/", [phones], "3")', value: '1/2/3' },
    { why: 'Not', text: 'Not([IsSoftDeleted])', value: 'True' },
    { why: 'Append', text: 'Append([surname], "!")', value: 'Raman!' },
    { why: 'Append to nothing', text: 'Append([jobTitle], "!")', value: null },
    { why: 'Coalesce', text: 'Coalesce([jobTitle], [mail], "none")', value: 'none' },
    { why: 'nested calls', text: 'ToUpper(Append(ToLower([givenName]), "x"))', value: 'PRIYAX' },
  ])('$why', ({ text, value }) => {
    expect(evaluate(parseExpression(text), source)).toEqual(value)
  })

  test.each([
    '',
    '[a',
    '"a',
    'Join(',
    'Join("a",',
    'Join("a" "b")',
    'bare',
    '[a] [b]',
    '()',
    `${'Not('.repeat(100)}"True"${')'.repeat(100)}`,
    `"${'x'.repeat(10_001)}"`,
  ])('refuses to read %.30s', (text) => expect(() => parseExpression(text)).toThrow(ExpressionError))

  test.each(['Unknown("a")', 'toString("a")', 'Not()', 'Not("maybe")', 'ToLower([phones])', 'join(" ", "a")'])(
    'refuses to work out %s',
    (text) => expect(() => evaluate(parseExpression(text), source)).toThrow(ExpressionError),
  )

  test('prints what it read, and names the attributes', () => {
    const text = 'Switch([IsSoftDeleted], , "Fa\\"lse", Join(" ", [givenName], [surname]))'
    expect(printExpression(parseExpression(text))).toBe(text)
    expect(attributesOf(parseExpression(text))).toEqual(['IsSoftDeleted', 'givenName', 'surname'])
  })
})
