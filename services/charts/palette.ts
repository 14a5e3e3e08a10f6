/** For a page by day or by night. */
export type Scheme = 'light' | 'dark'

/** Colours by what they are for. */
export interface Palette {
  readonly paper: string
  readonly text: string
  readonly quiet: string
  readonly grid: string
  readonly value: string
  readonly band: string
  readonly target: string
  readonly pace: string
}

/**
 * What is read has at least 4.5 to 1 against paper, and against the band that may lie beneath it; lines have 3 to 1
 * (WCAG 2.2, 1.4.3 and 1.4.11). No two lines differ by colour alone: each has its own dashes.
 */
export const PALETTES = {
  light: {
    paper: '#ffffff',
    text: '#16191d',
    quiet: '#4d545c',
    grid: '#d8dce0',
    value: '#0b4a86',
    band: '#c9dcef',
    target: '#8f2d0c',
    pace: '#4d545c',
  },
  dark: {
    paper: '#14181d',
    text: '#f3f4f6',
    quiet: '#bcc3cb',
    grid: '#3a424c',
    value: '#8fcbff',
    band: '#25405c',
    target: '#ffb68a',
    pace: '#bcc3cb',
  },
} as const satisfies Record<Scheme, Palette>
