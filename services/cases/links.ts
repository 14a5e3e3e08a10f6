/** Where the API is, for links: `http://127.0.0.1:8080/v1`. */
export type ApiBase = string

export function agreementLinks(base: ApiBase, agreement: string) {
  const self = `${base}/agreements/${encodeURIComponent(agreement)}`
  return {
    self,
    commitments: `${self}/commitments`,
    cases: casesLink(base, agreement),
    evaluation: `${self}/evaluation`,
    rulebook: `${base}/rulebooks/${encodeURIComponent(agreement)}`,
    status: `${base}/status/${encodeURIComponent(agreement)}`,
  }
}

/** Where the cases of an agreement are. */
export function casesLink(base: ApiBase, agreement: string): string {
  return `${base}/agreements/${encodeURIComponent(agreement)}/cases`
}

export function caseLink(base: ApiBase, agreement: string, id: string): string {
  return `${casesLink(base, agreement)}/${encodeURIComponent(id)}`
}

export function commitmentLinks(base: ApiBase, agreement: string, commitment: string) {
  const [of, name] = [agreementLinks(base, agreement), encodeURIComponent(commitment)]
  return {
    self: `${of.commitments}/${name}`,
    agreement: of.self,
    cases: `${of.cases}?commitment=${name}`,
    status: `${of.status}/${name}`,
  }
}

export function caseLinks(base: ApiBase, agreement: string, commitment: string, id: string) {
  const self = caseLink(base, agreement, id)
  return {
    self,
    commitment: commitmentLinks(base, agreement, commitment).self,
    history: `${self}/history`,
    explanation: `${self}/explanation`,
  }
}
