// Learning a vocabulary.
using System.Text.Json;
using CsCheck;
using Tlpipe.Formats;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Text.Tests.Tokenizers;

public sealed class WordPieceTrainerTests
{
    [Fact]
    public void The_vocabulary_is_that_of_counting_all_pairs_anew_at_every_step()
    {
        Gen.Select(Gen.Char['a', 'd'].Array[1, 6].Select(letters => new string(letters)).Array[1, 40], Gen.Int[13, 60], Gen.Int[1, 3]).Sample((words, size, minimum) =>
        {
            var options = new WordPieceTrainerOptions { VocabSize = size, MinFrequency = minimum };

            var vocabulary = WordPieceTrainer.Train([string.Join(' ', words)], options, TestContext.Current.CancellationToken);

            Assert.Equal(TrainPlainly(words, size, minimum), vocabulary.Tokens);
        });
    }

    [Fact]
    public void A_vocabulary_from_texts_leaves_no_word_of_them_unknown()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Golden("group_texts.json")));
        var texts = golden.RootElement.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!).ToArray();

        var vocabulary = WordPieceTrainer.Train(texts, new WordPieceTrainerOptions { VocabSize = 300 }, TestContext.Current.CancellationToken);

        var tokenizer = new BertTokenizer(vocabulary, new TokenizerSettings());
        var report = new TokenizeReport();
        RowTokenizer.Tokenize(texts, null, null, tokenizer, null, threads: 1, report, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(300, vocabulary.Count);
        Assert.Equal(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "!"], vocabulary.Tokens.Take(6));
        Assert.Equal(0, report.UnknownWords);
    }

    [Fact]
    public void Joining_ends_where_no_pair_comes_often_enough()
    {
        var vocabulary = WordPieceTrainer.Train(["ab ab cd"], new WordPieceTrainerOptions(), TestContext.Current.CancellationToken);

        Assert.Equal(["a", "b", "c", "d", "##b", "##d", "ab"], vocabulary.Tokens.Skip(5));
    }

    [Fact]
    public void The_rarest_characters_beyond_the_limit_are_left_out()
    {
        var vocabulary = WordPieceTrainer.Train(["aab b c"], new WordPieceTrainerOptions { LimitAlphabet = 2 }, TestContext.Current.CancellationToken);

        Assert.Equal(["a", "b", "##a", "##b"], vocabulary.Tokens.Skip(5));
    }

    [Fact]
    public void A_size_without_room_for_the_characters_is_refused()
    {
        var error = Assert.Throws<InputException>(
            () => WordPieceTrainer.Train(["ab"], new WordPieceTrainerOptions { VocabSize = 7 }, TestContext.Current.CancellationToken));

        Assert.StartsWith("a vocabulary of 7 does not hold the 5 special tokens and the pieces of one character, 8 in all; ", error.Message, StringComparison.Ordinal);
    }

    private static List<string> TrainPlainly(string[] words, int size, int minimum)
    {
        var tokens = new List<string> { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]" };
        tokens.AddRange(words.SelectMany(word => word).Distinct().Order().Select(letter => letter.ToString()));
        tokens.AddRange(words.SelectMany(word => word[1..]).Distinct().Order().Select(letter => "##" + letter));
        var split = words.Select(word => word.Select((letter, i) => i == 0 ? letter.ToString() : "##" + letter).ToList()).ToList();
        while (tokens.Count < size)
        {
            var best = split.SelectMany(word => word.Zip(word.Skip(1))).GroupBy(pair => pair).Where(group => group.Count() >= minimum)
                .OrderByDescending(group => group.Count()).ThenBy(group => tokens.IndexOf(group.Key.First)).ThenBy(group => tokens.IndexOf(group.Key.Second))
                .FirstOrDefault();
            if (best is null)
                break;
            var joined = best.Key.First + best.Key.Second[2..];
            if (!tokens.Contains(joined))
                tokens.Add(joined);
            foreach (var word in split)
            {
                for (var i = 0; i + 1 < word.Count; i++)
                {
                    if ((word[i], word[i + 1]) == best.Key)
                    {
                        word[i] = joined;
                        word.RemoveAt(i + 1);
                    }
                }
            }
        }
        return tokens;
    }
}
