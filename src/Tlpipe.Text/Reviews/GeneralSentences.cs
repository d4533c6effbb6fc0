// Makes a small corpus of general Portuguese, to pretrain a language model before it reads reviews.
using Tlpipe.Formats;
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Text.Reviews;

/// <summary>
/// Short invented texts (news, stories, instructions, days, the arts), in lower case and without accents like the reviews. They use part
/// of the reviews' words of praise and blame, in contexts that show which of the two they are; the shop does not occur.
/// </summary>
public static class GeneralSentences
{
    private static readonly string[] Topics = ["news", "story", "manual", "daily", "arts"];

    // Read when the first text is written: only two stages need the phrases.
    private static readonly Lazy<PhraseGrammar> Grammar =
        new(() => PhraseGrammar.Load("general", "general-news", "general-tales", "general-words"));

    /// <summary>Writes texts of two to five sentences of one topic and mood. Text i depends on the seed and on i alone.</summary>
    /// <exception cref="InputException"><paramref name="texts"/> is below 1.</exception>
    public static IReadOnlyList<string> Write(int texts, long seed)
    {
        if (texts < 1)
            throw new InputException($"{texts} texts of general Portuguese are asked for; give at least 1");
        return [.. Enumerable.Range(0, texts).Select(text => WriteText(SplitMix64.For(seed, text, attempt: 0)))];
    }

    private static string WriteText(SplitMix64 random)
    {
        var topic = Topics[random.Below(Topics.Length)];
        var speaker = new Speaker(random, topic, Product: default, Positive: random.Chance(0.5), RareOnly: false);
        var sentences = new List<string>();
        for (var left = 2 + random.Below(4); left > 0; left--)
        {
            var sentence = Grammar.Value.Expand("sentence", speaker);
            if (!sentences.Contains(sentence))
                sentences.Add(sentence);
        }
        return Contracted(string.Join(". ", sentences) + ".");
    }

    /// <summary>Contracts prepositions with the articles that names begin with, as Portuguese does.</summary>
    private static string Contracted(string text) => text
        .Replace(" de o ", " do ", StringComparison.Ordinal)
        .Replace(" de a ", " da ", StringComparison.Ordinal)
        .Replace(" em o ", " no ", StringComparison.Ordinal)
        .Replace(" em a ", " na ", StringComparison.Ordinal)
        .Replace(" por o ", " pelo ", StringComparison.Ordinal)
        .Replace(" por a ", " pela ", StringComparison.Ordinal);
}
