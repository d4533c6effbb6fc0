// Model folders that are no models in one way or another.
using Tlpipe.Formats;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Inference;

namespace Tlpipe.Nlp.Tests.Inference;

public sealed class ModelCaseTests : IDisposable
{
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // transformers answers nan, which JSON does not have.
    [Fact]
    public void Answers_that_are_not_numbers_are_refused()
    {
        using var classifier = TextClassifier.Load(Case("predict-nan-weights"), Cpu, ComputeType.Fp32);

        var mistake = Assert.Throws<InputException>(() => classifier.Predict(["bom produto"], stopping: TestContext.Current.CancellationToken));

        Assert.Contains("answers NaN where a number belongs", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_classes_of_one_name_are_refused()
    {
        var mistake = Assert.Throws<InputException>(() => TextClassifier.Load(Case("two-classes-one-name"), Cpu, ComputeType.Fp32));

        Assert.Contains("has 2 classes called 'x' in its config.json", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("model.safetensors")]
    [InlineData("model.safetensors.index.json")]
    [InlineData("pytorch_model.bin")]
    [InlineData("vocab.txt")]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("special_tokens_map.json")]
    public async Task A_pipe_in_the_place_of_a_models_file_is_refused_at_once(string name)
    {
        foreach (var file in Directory.GetFiles(TestFiles.Golden("model", "tiny-classifier")))
            File.Copy(file, folder[Path.GetFileName(file)]);
        if (name is "model.safetensors.index.json" or "pytorch_model.bin")
            File.Delete(folder["model.safetensors"]);
        if (name == "vocab.txt")
            File.Delete(folder["tokenizer.json"]);
        NamedPipe.Create(folder[name]);

        var mistake = await NamedPipe.FailsAtOnce<InputException>(() => TextClassifier.Load(folder.Path, Cpu, ComputeType.Fp32).Dispose());

        Assert.Contains($"{name} is no regular file but a pipe", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("t.txt")]
    [InlineData("t.csv")]
    [InlineData("t.jsonl")]
    [InlineData("t.parquet")]
    [InlineData("t.csv.gz")]
    public async Task A_pipe_in_the_place_of_texts_is_refused_at_once(string name)
    {
        NamedPipe.Create(folder[name]);

        var mistake = await NamedPipe.FailsAtOnce<InputException>(() => _ = TextRows.Read(folder[name], new TextRowsOptions()).ToList());

        Assert.Contains($"{name} is no regular file but a pipe", mistake.Message, StringComparison.Ordinal);
    }

    // Two columns of one name would be one key in the answer's JSON; pandas calls the second one text.1.
    [Fact]
    public void Columns_of_one_name_get_names_of_their_own()
    {
        File.WriteAllText(folder["t.csv"], "text,text,n\num,dois,12345678901234567890\n  \n");

        var row = Assert.Single(TextRows.Read(folder["t.csv"], new TextRowsOptions()));

        Assert.Equal(["text", "text.1", "n"], row.Members.Select(member => member.Key));
        Assert.Equal("\"12345678901234567890\"", row.Members[2].Value);
    }

    private static string Case(string name) => TestFiles.Golden("cases", "reading", name, "model");
}
