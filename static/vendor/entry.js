// What static/vendor/vendor-2.js holds: see README.md for the command that makes it.
export { default as Delta, AttributeMap, Op, OpIterator } from "quill-delta";
export { Schema, Fragment, Slice, Node } from "prosemirror-model";
export { EditorState, TextSelection, NodeSelection, AllSelection, Plugin, PluginKey } from "prosemirror-state";
export { ReplaceStep, AddMarkStep, RemoveMarkStep, AttrStep } from "prosemirror-transform";
export { EditorView, Decoration, DecorationSet } from "prosemirror-view";
