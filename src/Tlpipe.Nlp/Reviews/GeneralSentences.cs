// Makes a small corpus of general Portuguese, to pretrain a language model that has not yet read a review.
using Tlpipe.Nlp.Reviews.Phrases;

namespace Tlpipe.Nlp.Reviews;

/// <summary>
/// Short invented texts - news, tales, instructions, days, the arts - lower-case and without accents like the reviews. Part of the
/// reviews' words of praise and blame occur, in surroundings that tell their polarity; the shop does not.
/// </summary>
public static class GeneralSentences
{
    private static readonly PhraseGrammar Grammar = new(
        GeneralPhrases.Text, GeneralNewsPhrases.Text, GeneralTalePhrases.Text, GeneralWordPhrases.Text);

    /// <summary>Text i, two to five sentences of one kind and mood, depends on the seed and on i alone.</summary>
    /// <exception cref="InputException">Fewer than one text is asked for.</exception>
    public static IReadOnlyList<string> Write(int texts, long seed)
    {
        if (texts < 1)
            throw new InputException($"{texts} texts of general Portuguese are asked for; give at least 1");
        return [.. Enumerable.Range(0, texts).Select(text => WriteText(SplitMix64.For(seed, text, attempt: 0)))];
    }

    private static string WriteText(SplitMix64 random)
    {
        var topic = GeneralPhrases.Topics[random.Below(GeneralPhrases.Topics.Length)];
        var speaker = new Speaker(random, topic, Product: default, Positive: random.Chance(0.5), RareOnly: false);
        var sentences = new List<string>();
        for (var left = 2 + random.Below(4); left > 0; left--)
        {
            var sentence = Grammar.Expand("sentence", speaker);
            if (!sentences.Contains(sentence))
                sentences.Add(sentence);
        }
        return Contracted(string.Join(". ", sentences) + ".");
    }

    /// <summary>Names bring their article with them, which Portuguese contracts with the preposition before it.</summary>
    private static string Contracted(string text) => text
        .Replace(" de o ", " do ", StringComparison.Ordinal)
        .Replace(" de a ", " da ", StringComparison.Ordinal)
        .Replace(" em o ", " no ", StringComparison.Ordinal)
        .Replace(" em a ", " na ", StringComparison.Ordinal)
        .Replace(" por o ", " pelo ", StringComparison.Ordinal)
        .Replace(" por a ", " pela ", StringComparison.Ordinal);
}
