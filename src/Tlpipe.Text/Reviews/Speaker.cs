// The speaker of a text: what a grammar needs to know besides its rules.
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Text.Reviews;

/// <summary>One text's speaker. Topic selects rules (rule.TOPIC before rule); RareOnly allows only a rule's rare lines.</summary>
internal sealed record Speaker(SplitMix64 Random, string Topic, Noun Product, bool Positive, bool RareOnly);

/// <summary>A noun with its gender and number, written "casa/fs".</summary>
internal readonly record struct Noun(string Text, Agreement Agreement)
{
    public static Noun Parse(string written) => written.Split('/') switch
    {
        [var text, "ms"] => new Noun(text, new Agreement(Feminine: false, Plural: false)),
        [var text, "fs"] => new Noun(text, new Agreement(Feminine: true, Plural: false)),
        [var text, "mp"] => new Noun(text, new Agreement(Feminine: false, Plural: true)),
        [var text, "fp"] => new Noun(text, new Agreement(Feminine: true, Plural: true)),
        _ => throw new ArgumentException($"'{written}' is not a noun with /ms, /fs, /mp or /fp", nameof(written)),
    };
}

/// <summary>Gender and number; chooses the form in a bracket of a <see cref="PhraseGrammar"/>.</summary>
internal readonly record struct Agreement(bool Feminine, bool Plural)
{
    public string Choose(string bracket) => bracket.Split('|') switch
    {
        ["o"] => (Feminine ? "a" : "o") + (Plural ? "s" : ""),
        ["s"] => Plural ? "s" : "",
        [var singular, var plural] => Plural ? plural : singular,
        [var masculine, var feminine, var masculines, var feminines] =>
            Plural ? (Feminine ? feminines : masculines) : (Feminine ? feminine : masculine),
        _ => throw new ArgumentException($"[{bracket}] is not [o], [s], [singular|plural] or four forms", nameof(bracket)),
    };
}
