/** Who the people are that hold keys or are told something; and how they are forgotten. */
export { type Forgotten, forget } from './forget.ts'
export { createPerson, listPersons, type Person } from './persons.ts'
