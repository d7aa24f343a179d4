// @ts-check
// What is negotiated, as this page knows it (docs/api.md, "Negotiation"): proposals, positions, how far
// each paragraph is agreed, packages; and how they are said in words. No page and no network in here.

export const WORDED = new Set(["amend", "alternative", "insert"]);
/** Stages in which something may still come of a proposal. */
export const LIVE = new Set(["draft", "put_forward"]);

/** What the chip of a proposal says. @type {Record<string, string>} */
export const KINDS = {
  amend: "amend", alternative: "alternative", insert: "new paragraph", delete: "delete", move: "move", split: "split", merge: "merge",
};
/** @type {Record<string, string>} */
export const STANCES = {
  retain: "retain", delete: "delete", amend: "amend", support: "support", can_live_with: "can live with", reserve: "reserve", object: "object", none: "no position",
};
/** @type {Record<string, string>} */
export const STAGES = {
  draft: "draft", put_forward: "put forward", accepted: "accepted", modified: "accepted as modified", not_retained: "not retained",
  withdrawn: "withdrawn", superseded: "replaced", moot: "overtaken",
};
/** States of agreement: what they are called, and the letter that stands for each in the picture.
 * @type {Record<string, {name: string, letter: string}>} */
export const STATES = {
  untouched: { name: "untouched", letter: "" },
  technical: { name: "technical update", letter: "T" },
  open: { name: "open", letter: "O" },
  bracketed: { name: "in brackets", letter: "[ ]" },
  ad_ref: { name: "agreed ad ref", letter: "R" },
  agreed: { name: "agreed", letter: "A" },
  deleted: { name: "deleted", letter: "×" },
};
/** @type {Record<string, string>} */
export const OUTCOMES = { accepted: "accepted", modified: "accepted as modified", will_consider: "will consider", not_retained: "not retained" };

/** "Mexico, Chile and Peru". @param {string[]} names */
export const listed = (names) => (names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : (names[0] ?? ""));

/** @param {Proposal} proposal */
export const ownersOf = (proposal) => listed(proposal.owners.map((owner) => owner.name));

/** What a proposal would do, after "proposes". @param {Proposal} p */
export function purpose(p) {
  const at = p.label || "the opening words";
  switch (p.kind) {
    case "amend":
      return `to amend ${at}`;
    case "alternative":
      return `an alternative to ${at}`;
    case "insert":
      return p.paragraph ? `a new paragraph after ${at}` : "a new paragraph at the beginning";
    case "delete":
      return `to delete ${at}`;
    case "move":
      return `to move ${at} ${p.after_label ? `to stand after ${p.after_label}` : "to the beginning"}`;
    case "split":
      return `to split ${at}`;
    default:
      return `to merge ${at} with the paragraph before it`;
  }
}

/** @param {Position} position */
const thing = (position) => `${position.proposal ?? position.paragraph} ${position.delegation.id}`;

export class Negotiation extends EventTarget {
  constructor() {
    super();
    /** @type {Map<string, Proposal>} */
    this.proposals = new Map();
    /** Each delegation's last position on each thing. @type {Map<string, Position>} */
    this.positions = new Map();
    /** @type {Map<string, Agreement>} */
    this.agreement = new Map();
    /** @type {Package[]} */
    this.packages = [];
    /** Where insertions at the beginning have their home. @type {() => string | undefined} */
    this.first = () => undefined;
    /** What stands at a paragraph or a proposal; made when it is asked for. @type {Map<string, {proposals: Proposal[], positions: Position[]}> | null} */
    this.index = null;
  }

  /** @param {(string | null | undefined)[]} paragraphs */
  #changed(paragraphs) {
    this.index = null;
    this.dispatchEvent(new CustomEvent("changed", { detail: { paragraphs: new Set(paragraphs.filter(Boolean)) } }));
  }

  /** @param {{proposals?: Proposal[], positions?: Position[], agreement?: Agreement[], packages?: Package[], paragraphs: {id: string}[]}} state */
  begin(state) {
    this.proposals = new Map((state.proposals ?? []).map((one) => [one.id, one]));
    this.positions = new Map((state.positions ?? []).map((one) => [thing(one), one]));
    this.agreement = new Map((state.agreement ?? []).map((one) => [one.paragraph, one]));
    this.packages = state.packages ?? [];
    this.#changed(state.paragraphs.map((one) => one.id));
  }

  /** Takes what a call has answered. @param {any} done */
  take(done) {
    if (done.proposal) this.proposal(done.proposal);
    if (done.position) this.position(done.position);
    if (done.agreement) this.agreed(done.agreement);
    if (done.package) this.agreed(null, [...this.packages.filter((one) => one.id !== done.package.id), done.package]);
    return done;
  }

  /** @param {Proposal} proposal */
  proposal(proposal) {
    const before = this.proposals.get(proposal.id);
    this.proposals.set(proposal.id, proposal);
    this.#changed([before && this.home(before), this.home(proposal)]);
  }

  /** @param {Position} position */
  position(position) {
    this.positions.set(thing(position), position);
    const proposal = position.proposal ? this.proposals.get(position.proposal) : null;
    this.#changed([proposal ? this.home(proposal) : position.paragraph]);
  }

  /** @param {Agreement | null} agreement @param {Package[]} [packages] */
  agreed(agreement, packages) {
    if (agreement) this.agreement.set(agreement.paragraph, agreement);
    const tied = packages ? [...this.packages, ...packages].flatMap((one) => one.paragraphs) : [];
    if (packages) this.packages = packages;
    this.#changed([agreement?.paragraph, ...tied]);
  }

  /** The paragraph a proposal stands beside. @param {Proposal} proposal */
  home(proposal) {
    return proposal.paragraph ?? this.first();
  }

  /** @param {string} id of a paragraph or a proposal */
  #at(id) {
    if (!this.index) {
      this.index = new Map();
      const at = (/** @type {string} */ key) => {
        const found = this.index?.get(key) ?? { proposals: [], positions: [] };
        this.index?.set(key, found);
        return found;
      };
      const since = (/** @type {Proposal} */ one) => (one.put_forward_at ? `0 ${one.put_forward_at}` : `1 ${one.begun_at}`);
      for (const one of [...this.proposals.values()].sort((a, b) => since(a).localeCompare(since(b)))) at(this.home(one) ?? "").proposals.push(one);
      for (const one of this.positions.values()) if (one.effective !== "none") at(one.proposal ?? one.paragraph ?? "").positions.push(one);
    }
    return this.index.get(id);
  }

  /** The proposals at a paragraph: put forward first, then what is being written. @param {string} id @returns {Proposal[]} */
  proposalsAt(id) {
    return this.#at(id)?.proposals ?? [];
  }

  /** The positions on a paragraph or a proposal. @param {string} id @returns {Position[]} */
  positionsOn(id) {
    return this.#at(id)?.positions ?? [];
  }

  /** One's own side's position on a thing, also one taken back. @param {string} id @param {string} side */
  own(id, side) {
    return this.positions.get(`${id} ${side}`) ?? null;
  }

  /** Who stands where on a thing, stance by stance. @param {string} id @returns {[string, Position[]][]} */
  stances(id) {
    const all = this.positionsOn(id);
    return Object.keys(STANCES).map((stance) => /** @type {[string, Position[]]} */ ([stance, all.filter((one) => one.effective === stance)]))
      .filter(([, some]) => some.length > 0);
  }

  /** How many support a proposal, and how many object. @param {string} id */
  support(id) {
    let plus = 0;
    let minus = 0;
    for (const { effective } of this.positionsOn(id)) {
      if (effective === "support") plus += 1;
      if (effective === "object") minus += 1;
    }
    return { plus, minus };
  }

  /** @param {string} id */
  stateOf(id) {
    return this.agreement.get(id)?.state ?? "untouched";
  }

  /** The packages that hold a paragraph. @param {string} id */
  packagesOf(id) {
    return this.packages.filter((one) => !one.dissolved && one.paragraphs.includes(id));
  }

  /** A letter for each package that holds something. @param {Package} one */
  letter(one) {
    return String.fromCharCode(65 + (this.packages.filter((other) => !other.dissolved).indexOf(one) % 26));
  }

  /** One's earlier positions that wait to be marked. */
  get due() {
    return [...this.positions.values()].filter((one) => one.mine && one.due);
  }
}
