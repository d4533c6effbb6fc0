// How grammar files are read: comments, and that each file says what it is.
using Tlpipe.Text.RandomNumbers;
using Tlpipe.Text.Reviews;

namespace Tlpipe.Text.Tests.Reviews;

public sealed class PhraseGrammarTests
{
    private static readonly Speaker Anyone = new(new SplitMix64(1), Topic: "any", Product: default, Positive: true, RareOnly: false);

    [Fact]
    public void A_line_that_begins_with_a_hash_is_neither_a_rule_nor_a_phrase()
    {
        var grammar = new PhraseGrammar("# before:\nname:\n# {undefined}\n  # indented\nonly phrase\n");

        var phrases = Enumerable.Range(0, 100).Select(_ => grammar.Expand("name", Anyone)).Distinct();

        Assert.Equal(["only phrase"], phrases);
        Assert.Throws<ArgumentException>(() => grammar.Expand("# before", Anyone));
    }

    [Fact]
    public void A_phrase_before_the_first_rule_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new PhraseGrammar("# a comment\na phrase\nname:\n"));

        Assert.Equal("'a phrase' stands before the first rule", error.Message);
    }

    [Fact]
    public void A_slot_without_a_rule_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new PhraseGrammar("name:\na {missing} word\n"));

        Assert.Equal("rule 'name' names 'missing', which is not defined, in 'a {missing} word'", error.Message);
    }

    [Fact]
    public void Every_embedded_grammar_begins_by_saying_what_it_is()
    {
        var assembly = typeof(PhraseGrammar).Assembly;
        var files = assembly.GetManifestResourceNames().Where(name => name.StartsWith("phrases/", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(file)!);
            Assert.StartsWith("# ", reader.ReadLine(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_grammar_file_that_is_not_embedded_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => PhraseGrammar.Load("missing"));

        Assert.StartsWith("the assembly has no resource 'phrases/missing.grammar'", error.Message, StringComparison.Ordinal);
    }
}
