import { FLAG_FORM } from './flag-patch.ts'
import { LEGACY_FORM } from './legacy-patch.ts'
import type { PatchForm } from './patch-form.ts'

/** The form that a Tenant URL asks for by its parameter `aadOptscim062020`, whatever its value (facts §1.11). */
export function patchFormOf(tenantUrl: string): PatchForm {
  return /[?&]aadOptscim062020(?=[=&#]|$)/i.test(tenantUrl.replace(/\s+/g, '')) ? FLAG_FORM : LEGACY_FORM
}
