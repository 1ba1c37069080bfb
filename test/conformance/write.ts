import { writeFileSync } from 'node:fs'
import { conformanceDocument, DOCUMENT } from './document.ts'

writeFileSync(DOCUMENT, conformanceDocument())
