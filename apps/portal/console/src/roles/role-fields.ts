/** What is wrong with a role's name, or null. */
export const nameProblem = (name: string): string | null => {
  if (name.trim() === '') return 'A role needs a name'
  return name.trim().length > 200 ? 'At most 200 characters' : null
}

export const descriptionProblem = (description: string): string | null =>
  description.trim().length > 2000 ? 'At most 2,000 characters' : null
