// The parts of a key.
using System.Text.Json.Nodes;
using Tlpipe.Engine.Identity;

namespace Tlpipe.Engine.Tests.Identity;

public sealed class KeyDocumentTests
{
    private static readonly KeyDocument Document = new()
    {
        Stage = "classify",
        Version = 3,
        Options = new JsonObject { ["seed"] = 271828, ["learning_rate"] = 2e-5, ["labels"] = new JsonArray("não", "sim") },
        Inputs = new Dictionary<string, string> { ["train"] = new('b', 64), ["model"] = new('a', 64) },
        Dtype = "fp32",
    };

    /// <summary>The hash was computed by Python's hashlib over the canonical text written by hand.</summary>
    [Fact]
    public void The_key_is_the_hash_of_the_canonical_document() =>
        Assert.Equal("2d0ae9391a0071fbfcd5b4e3d1b794fed5d7c057f25a588198af707ee6ca5c64", Document.Key);

    [Fact]
    public void The_order_of_options_and_inputs_means_nothing()
    {
        var reordered = Document with
        {
            Options = new JsonObject { ["labels"] = new JsonArray("não", "sim"), ["learning_rate"] = 2e-5, ["seed"] = 271828 },
            Inputs = Document.Inputs.Reverse().ToDictionary(),
        };

        Assert.Equal(Document.Key, reordered.Key);
    }

    [Fact]
    public void Whatever_decides_the_result_changes_the_key()
    {
        KeyDocument[] others =
        [
            Document with { V = 2 },
            Document with { Stage = "evaluate" },
            Document with { Version = 4 },
            Document with { Options = new JsonObject { ["seed"] = 271829, ["learning_rate"] = 2e-5, ["labels"] = new JsonArray("não", "sim") } },
            Document with { Inputs = new Dictionary<string, string> { ["train"] = new('c', 64), ["model"] = new('a', 64) } },
            Document with { Inputs = new Dictionary<string, string> { ["eval"] = new('b', 64), ["model"] = new('a', 64) } },
            Document with { Dtype = "bf16" },
            Document with { Dtype = null },
        ];

        var keys = others.Select(d => d.Key).Append(Document.Key);

        Assert.Equal(others.Length + 1, keys.Distinct().Count());
    }

    [Fact]
    public void Dtype_is_left_out_where_there_is_none() =>
        Assert.False((Document with { Dtype = null }).ToJson().ContainsKey("dtype"));

    /// <summary>The hash was computed as above, over a document whose seed is text.</summary>
    [Fact]
    public void An_integer_that_no_double_holds_keeps_its_digits_in_the_key()
    {
        var document = new KeyDocument { Stage = "split", Version = 1, Options = new JsonObject { ["seed"] = 9007199254740993 }, Inputs = new Dictionary<string, string>() };

        Assert.Equal("8af17f9b445c6614f637cbd048e2fee9ea0958582b79d86d675cf580cd302dcb", document.Key);
    }
}
