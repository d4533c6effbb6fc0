// The tokenize command: JSON lines in and out.
using System.Text.Json.Nodes;
using Tlpipe.Formats;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Text.Tests.Tokenizers;

public sealed class TokenizeLinesTests
{
    private static readonly BertTokenizer Tiny = BertTokenizer.Load(TestFiles.Golden("model", "tiny-mlm"));

    [Fact]
    public void A_line_out_is_the_line_of_the_reference()
    {
        using var input = File.OpenText(TestFiles.Golden("tokenizer", "tiny.jsonl"));
        using var output = new StringWriter();

        var lines = TokenizeLines.Run(Tiny, null, input, "tiny.jsonl", output, TestContext.Current.CancellationToken);

        var expected = File.ReadLines(TestFiles.Golden("tokenizer", "tiny.jsonl")).Select(line =>
        {
            var golden = JsonNode.Parse(line)!.AsObject();
            golden.Remove("tokenizer");
            golden.Remove("text");
            return golden;
        }).ToList();
        var actual = output.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(expected.Count, lines);
        Assert.Equal(expected.Count, actual.Length);
        Assert.All(expected, (golden, i) => Assert.True(JsonNode.DeepEquals(golden, JsonNode.Parse(actual[i])), actual[i]));
    }

    [Fact]
    public void A_line_with_two_texts_has_token_types_too()
    {
        using var output = new StringWriter();

        TokenizeLines.Run(Tiny, 6, new StringReader("{\"text\": \"bom\", \"pair\": \"bom bom bom\"}\n"), "-", output, TestContext.Current.CancellationToken);

        Assert.Equal(
            """{"ids":[2,265,3,265,265,3],"tokens":["[CLS]","bom","[SEP]","bom","bom","[SEP]"],"word_ids":[null,0,null,0,1,null],"offsets":[[0,0],[0,3],[0,0],[0,3],[4,7],[0,0]],"special_tokens_mask":[1,0,1,0,0,1],"token_type_ids":[0,0,0,1,1,1]}""" + "\n",
            output.ToString());
    }

    [Fact]
    public void A_line_holds_the_fields_in_the_order_of_the_reference()
    {
        using var output = new StringWriter();

        TokenizeLines.Run(Tiny, 3, new StringReader("{\"text\": \"bom bom\", \"label\": 1}\n"), "-", output, TestContext.Current.CancellationToken);

        Assert.Equal(
            """{"ids":[2,265,3],"tokens":["[CLS]","bom","[SEP]"],"word_ids":[null,0,null],"offsets":[[0,0],[0,3],[0,0]],"special_tokens_mask":[1,0,1]}""" + "\n",
            output.ToString());
    }

    [Theory]
    [InlineData("", ": the line is empty; ")]
    [InlineData("bom", ":1: this is not JSON; ")]
    [InlineData("[1]", ": this is a JSON list; ")]
    [InlineData("{\"text\": \"a\", \"text\": \"b\"}", ":15: the key 'text' stands twice in one object; ")]
    [InlineData("{\"txt\": 1}", ": the object has no text; ")]
    [InlineData("{\"text\": null}", ": text is null, not a string; ")]
    [InlineData("{\"text\": \"\\ud83d\"}", ": a text holds half of a surrogate pair; ")]
    public void A_broken_line_is_refused_with_its_number(string line, string message)
    {
        using var output = new StringWriter();
        using var input = new StringReader("{\"text\": \"\"}\n" + line + "\n");

        var error = Assert.Throws<InputException>(() => TokenizeLines.Run(Tiny, null, input, "texts.jsonl", output, TestContext.Current.CancellationToken));

        Assert.StartsWith("texts.jsonl:2" + message, error.Message, StringComparison.Ordinal);
    }
}
