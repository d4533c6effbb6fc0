// The JSON Schema, checked with an independent validator.
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using YamlDotNet.RepresentationModel;

namespace Tlpipe.Tests.Config;

public sealed class SchemaTests
{
    private const string Directive = "# yaml-language-server: $schema=./tlpipe.schema.json";

    private static readonly string Configs = Path.Combine(TestFiles.Repository, "configs");

    private static readonly Lazy<JsonSchema> Schema = new(() => JsonSchema.FromText(File.ReadAllText(Path.Combine(Configs, "tlpipe.schema.json"))));

    public static TheoryData<string> Names => [.. Directory.GetFiles(Configs, "*.yaml").Select(file => Path.GetFileName(file))];

    [Fact]
    [Trait(Tier.Name, Tier.All)]
    public void The_schema_beside_the_configs_is_the_one_that_the_program_writes()
    {
        using var folder = new TemporaryFolder();

        var ended = TlpipeProcess.Run(folder.Path, "schema", "--output", "schema.json");

        Assert.Equal(0, ended.ExitCode);
        Assert.True(
            File.ReadAllText(folder["schema.json"]) == File.ReadAllText(Path.Combine(Configs, "tlpipe.schema.json")),
            "an option has changed: write the schema again with 'tlpipe schema --output configs/tlpipe.schema.json'");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_config_passes_and_tells_editors_where_the_schema_is(string name)
    {
        var text = File.ReadAllText(Path.Combine(Configs, name));

        var isValid = IsValid(text);

        Assert.True(isValid, name);
        Assert.StartsWith(Directive, text);
    }

    [Fact]
    public void It_refuses_the_wrong_configs_that_a_schema_can_refuse()
    {
        var refusable = WrongConfig.All.Where(wrong => wrong.IsRefusedBySchema).ToList();

        var passed = refusable.Where(wrong => IsValid(wrong.Text)).Select(wrong => wrong.Name);

        Assert.True(refusable.Count >= 25);
        Assert.Empty(passed);
    }

    [Theory]
    [InlineData("properties: { n: [1..3, 5] }\nstages: { a: { uses: read-table, matrix: { n: $(n), m: 1..2 }, when: matrix.n != 2, with: { path: $(env:HOME)/x } } }")]
    [InlineData("stages: { a: { uses: select, with: { table: t.one:test, sample: $(n), replace: $(r), columns: $(c), generator: $(g) } } }")]
    [InlineData("stages: { c: { uses: classify, with: { model: base, train: a, eval: b, num_train_epochs: $(e), greater_is_better: ~ } } }")]
    [InlineData("stages: { c: { uses: classify, with: { model: { config_of: base, weights: random }, train: a, eval: b, learning_rate: 5e-5 } } }")]
    [InlineData("stages: { c: { uses: classify, with: $(options) } }\ntargets: { quick: [c], all: quick }")]
    [InlineData("imports: [common.yaml, { path: gpu.yaml, when: gpu }]\nstages: { c: { with: { learning_rate: 1 } } }")]
    [InlineData("stages: { r: { uses: compare, with: { results: scores.*, baseline: random } } }\nruntime: { device: auto, checkpoint_every: 90s }\nnumerics:")]
    public void It_passes_what_the_language_allows(string yaml) => Assert.True(IsValid(yaml));

    private static bool IsValid(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        var document = stream.Documents.Count == 0 ? null : Json(stream.Documents[0].RootNode);
        using var parsed = JsonDocument.Parse(document?.ToJsonString() ?? "null");
        return Schema.Value.Evaluate(parsed.RootElement).IsValid;
    }

    /// <summary>YAML's core schema, as editors read it.</summary>
    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, Json(child.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: not YamlDotNet.Core.ScalarStyle.Plain } scalar => JsonValue.Create(scalar.Value),
        YamlScalarNode { Value: null or "" or "~" or "null" } => null,
        YamlScalarNode { Value: "true" or "false" } scalar => JsonValue.Create(scalar.Value == "true"),
        YamlScalarNode scalar when long.TryParse(scalar.Value, System.Globalization.CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        YamlScalarNode scalar when double.TryParse(scalar.Value, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var real) => JsonValue.Create(real),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new ArgumentException($"{node.NodeType} is not known", nameof(node)),
    };
}
