// Types a review as customers do: own punctuation, abbreviations, typing errors, letters held down, emoji.
using System.Text;
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Text.Reviews;

/// <summary>One customer's way of typing, drawn once per review, so that a careless review is careless throughout.</summary>
internal sealed class HastyTyping
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    private static readonly Dictionary<string, string[]> Abbreviations = new(StringComparer.Ordinal)
    {
        ["voce"] = ["vc"],
        ["porque"] = ["pq"],
        ["que"] = ["q"],
        ["muito"] = ["mto", "mt", "muinto"],
        ["muita"] = ["mta"],
        ["tudo"] = ["td"],
        ["todo"] = ["td"],
        ["todos"] = ["tds"],
        ["tambem"] = ["tb", "tbm"],
        ["nao"] = ["n", "nao", "naum"],
        ["com"] = ["c/", "c"],
        ["para"] = ["pra", "p/", "p"],
        ["quando"] = ["qdo", "qd"],
        ["produto"] = ["prod", "produto"],
        ["hoje"] = ["hj"],
        ["depois"] = ["dps"],
        ["demais"] = ["d+"],
        ["mais"] = ["+"],
        ["minha"] = ["mha"],
        ["estou"] = ["to"],
        ["esta"] = ["ta"],
        ["qualidade"] = ["qualid", "qldd"],
        ["beneficio"] = ["benef."],
        ["mesmo"] = ["msm"],
        ["quem"] = ["qm"],
        ["excelente"] = ["exelente", "excelent"],
        ["mas"] = ["mais"],
        ["entrega"] = ["entreg"],
        ["dias"] = ["ds"],
        ["chegou"] = ["xegou", "chego"],
        ["ate"] = ["te"],
        ["compra"] = ["cpra"],
        ["reais"] = ["rs", "reais"],
        ["tao"] = ["taum"],
        ["de"] = ["d"],
        ["quero"] = ["qro"],
        ["recomendo"] = ["recomendoo", "rekomendo"],
        ["aqui"] = ["aki"],
        ["casa"] = ["ksa"],
        ["gente"] = ["gnt"],
        ["dinheiro"] = ["$$"],
    };

    private readonly SplitMix64 random;
    private readonly double abbreviates;
    private readonly double slips;
    private readonly double holdsKeys;
    private readonly bool addsEmoji;
    private readonly string[] separators;
    private readonly string[] ends;

    /// <summary>Happy people hold keys down and add emoji more often.</summary>
    public HastyTyping(SplitMix64 random, bool happy)
    {
        this.random = random;
        abbreviates = random.Below(20) switch { < 10 => 0, < 16 => 0.15, < 19 => 0.5, _ => 0.9 };
        slips = random.Below(20) switch { < 12 => 0, < 18 => 0.02, _ => 0.08 };
        holdsKeys = random.Chance(happy ? 0.08 : 0.05) ? 0.15 : 0;
        addsEmoji = random.Chance(happy ? 0.12 : 0.06);
        (separators, ends) = random.Below(20) switch
        {
            < 7 => ((string[])[". "], (string[])["."]),
            < 13 => ([", ", ", ", ". "], [".", "", "!"]),
            < 16 => ([" ", " ", ", "], [""]),
            < 18 => (["! ", "! ", "!! "], ["!", "!!", "!!!"]),
            < 19 => (["... ", " ... "], ["...", ""]),
            _ => ([" e ", ", ", ". "], ["", "."]),
        };
    }

    public string Type(IReadOnlyList<string> clauses, string emoji)
    {
        var text = new StringBuilder();
        for (var i = 0; i < clauses.Count; i++)
        {
            text.Append(TypeWords(clauses[i]));
            if (i < clauses.Count - 1)
                text.Append(clauses[i].EndsWith("...", StringComparison.Ordinal) ? " " : Pick(separators));
        }
        text.Append(Pick(ends));
        if (addsEmoji)
            text.Append(' ').Append(emoji);
        return text.ToString();
    }

    public string TypeTitle(string title) => TypeWords(title);

    private string TypeWords(string clause) => string.Join(' ', clause.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(TypeWord));

    private string TypeWord(string word)
    {
        var bare = word.TrimEnd(',', '.', ':', '!');
        var mark = word[bare.Length..];
        if (this.random.Chance(abbreviates) && Abbreviations.TryGetValue(bare, out var shorter))
            return Pick(shorter) + mark;
        if (bare.Length < 4 || !bare.All(char.IsAsciiLetterLower))
            return word;
        if (this.random.Chance(slips))
            return Slip(bare) + mark;
        return this.random.Chance(holdsKeys) ? bare + new string(bare[^1], 1 + this.random.Below(4)) + mark : word;
    }

    /// <summary>Makes one typing error after the first letter: a letter is left out, doubled, swapped with the next or replaced.</summary>
    private string Slip(string word)
    {
        var at = 1 + this.random.Below(word.Length - 2);
        return this.random.Below(4) switch
        {
            0 => word.Remove(at, 1),
            1 => word.Insert(at, word[at..(at + 1)]),
            2 => $"{word[..at]}{word[at + 1]}{word[at]}{word[(at + 2)..]}",
            _ => $"{word[..at]}{Letters[this.random.Below(Letters.Length)]}{word[(at + 1)..]}",
        };
    }

    private string Pick(string[] choices) => choices[this.random.Below(choices.Length)];
}
