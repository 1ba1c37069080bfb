/** Invented people, the same ones every time: someone's place in the list says all there is to know of them. */
export interface SamplePerson {
  readonly givenName: string
  readonly surname: string
  /** The part of every address before the `@`; nobody else has it. */
  readonly nickname: string
  readonly department: string
  readonly jobTitle: string
  readonly city: string
  readonly country: string
  readonly streetAddress: string
  readonly postalCode: string
  readonly preferredLanguage: string
  readonly officeLocation: string
  readonly phone: string
  readonly mobile: string
  readonly employeeId: string
  /** The place of their manager in the list; undefined for the one at the top. */
  readonly manager: number | undefined
}

// biome-ignore format: lists of words
const GIVEN = ['Adele', 'Bashir', 'Chiara', 'Dmitri', 'Esther', 'Farid', 'Greta', 'Hiro', 'Imani', 'Jonas', 'Keiko', 'Lars', 'Mariam', 'Nikhil', 'Olga',
  'Pablo', 'Quynh', 'Rosa', 'Sven', 'Talia', 'Umar', 'Vera', 'Wanjiru', 'Ximena', 'Yusuf', 'Zofia', 'Anders', 'Beatriz', 'Carlo', 'Divya', 'Emeka', 'Freya',
  'Goran', 'Hanna', 'Ivo', 'Jasmin', 'Kofi', 'Leila', 'Mateo', 'Nora', 'Oskar', 'Priya', 'Rafael', 'Saoirse', 'Tomas', 'Ulrike', 'Viktor', 'Wen', 'Yara',
  'Zane', 'Amina', 'Bruno', 'Celine', 'Daniel', 'Elif', 'Felix', 'Grace', 'Hugo', 'Ingrid', 'Jorge']
// biome-ignore format: lists of words
const SURNAMES = ['Abbott', 'Baptiste', 'Castellano', 'Dahlberg', 'Eriksen', 'Fontaine', 'Gruber', 'Hassan', 'Ivanova', 'Janssen', 'Kaplan', 'Lindqvist',
  'Mbeki', 'Nakamura', 'Okafor', 'Petrov', 'Quesada', 'Ramaswamy', 'Sandoval', 'Tanaka', 'Ueda', 'Varga', 'Whitfield', 'Xavier', 'Yilmaz', 'Zhang', 'Almeida',
  'Bergstrom', 'Corbett', 'Delgado', 'Engel', 'Farouk', 'Galvan', 'Horvat', 'Ibsen', 'Juarez', 'Kessler', 'Laurent', 'Moreno', 'Novak', 'Oduya', 'Pettersen',
  'Reinholt', 'Santoro', 'Tran', 'Ulven', 'Vasquez', 'Weber', 'Yamada', 'Zieba', 'Achterberg', 'Bianchi', 'Cabrera', 'Dimitrov', 'Ekström', 'Fischer',
  'Grimaldi', 'Haddad', 'Iyer', 'Jovanovic', 'Karlsson', 'Lombardi', 'Mwangi', 'Nilsen', 'Ozturk', 'Popescu', 'Rossi', 'Schreiber', 'Thorsen', 'Underwood',
  'Vidal', 'Winther', 'Yoon', 'Zapata', 'Aydin', 'Brandt', 'Costa', 'Duarte', 'Evans', 'Ferreira']

/** Each department with what its people are called. */
const DEPARTMENTS: readonly (readonly [string, readonly string[]])[] = [
  ['Engineering', ['Software Engineer', 'Platform Engineer', 'Test Engineer', 'Data Engineer']],
  ['Sales', ['Account Executive', 'Sales Engineer', 'Account Manager']],
  ['Customer Support', ['Support Specialist', 'Support Engineer']],
  ['Finance', ['Accountant', 'Financial Analyst', 'Payroll Specialist']],
  ['Marketing', ['Content Designer', 'Campaign Specialist', 'Brand Designer']],
  ['People', ['Recruiter', 'People Partner']],
  ['Operations', ['Operations Analyst', 'Logistics Coordinator', 'Facilities Specialist']],
  ['Legal', ['Counsel', 'Compliance Analyst']],
]

const OFFICES = [
  {
    city: 'Leeds',
    country: 'United Kingdom',
    street: 'Wellington Street',
    postalCode: 'LS1 4AP',
    language: 'en-GB',
    prefix: '+44 113 496',
  },
  {
    city: 'Lyon',
    country: 'France',
    street: 'Rue de la Part-Dieu',
    postalCode: '69003',
    language: 'fr-FR',
    prefix: '+33 4 65 71',
  },
  {
    city: 'Rotterdam',
    country: 'Netherlands',
    street: 'Coolsingel',
    postalCode: '3012 AD',
    language: 'nl-NL',
    prefix: '+31 10 555',
  },
  {
    city: 'Porto',
    country: 'Portugal',
    street: 'Rua do Almada',
    postalCode: '4050-032',
    language: 'pt-PT',
    prefix: '+351 22 555',
  },
] as const

/** People who report to one person. */
const SPAN = 8

/** The person at a place of the list, counted from 0. The first is the chief executive, then come the heads. */
export function samplePerson(place: number): SamplePerson {
  // 60 given names and 80 surnames: no pair repeats within 4,800, since 61 and 80 have no common divisor.
  const round = Math.floor(place / (GIVEN.length * SURNAMES.length))
  const givenName = pick(GIVEN, place)
  const surname = pick(SURNAMES, (place % GIVEN.length) + Math.floor(place / GIVEN.length) * (GIVEN.length + 1))
  const nickname = `${ascii(givenName)}.${ascii(surname)}${round === 0 ? '' : round + 1}`
  const office = pick(OFFICES, Math.floor(place / 3))
  const number = String(1000 + (place % 9000))
  return {
    givenName,
    surname,
    nickname,
    ...positionOf(place),
    city: office.city,
    country: office.country,
    streetAddress: `${1 + (place % 120)} ${office.street}`,
    postalCode: office.postalCode,
    preferredLanguage: office.language,
    officeLocation: `${office.city} ${1 + (place % 4)}.${String(1 + (place % 40)).padStart(2, '0')}`,
    phone: `${office.prefix} ${number}`,
    mobile: `${office.prefix.split(' ')[0]} 7700 ${number}`,
    employeeId: String(40_001 + place),
  }
}

/** Everyone but the first is in a department; there, each has at most eight reports: a tree. */
function positionOf(place: number): Pick<SamplePerson, 'department' | 'jobTitle' | 'manager'> {
  if (place === 0) return { department: 'Executive', jobTitle: 'Chief Executive', manager: undefined }
  const column = (place - 1) % DEPARTMENTS.length
  const row = Math.floor((place - 1) / DEPARTMENTS.length)
  const [department, titles] = DEPARTMENTS[column] ?? ['Operations', ['Specialist']]
  if (row === 0) return { department, jobTitle: `Head of ${department}`, manager: 0 }
  const jobTitle = row <= SPAN && row % 4 === 1 ? `${department} Lead` : pick(titles, row)
  return { department, jobTitle, manager: 1 + column + Math.floor((row - 1) / SPAN) * DEPARTMENTS.length }
}

function pick<T>(list: readonly T[], place: number): T {
  return list[place % list.length] as T
}

/** `Ekström` as it stands in an address. */
function ascii(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()
}
