// Exported folders hold the model that went in, whatever form it had.
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Tests.Model;
using Tlpipe.Nlp.Weights;
using TorchSharp;

namespace Tlpipe.Nlp.Tests.Weights;

public sealed class ModelExportTests : IDisposable
{
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);
    private readonly DisposeScope scope = torch.NewDisposeScope();
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_folder_of_Hugging_Face_comes_out_byte_for_byte()
    {
        ModelExport.Write(TestFiles.Golden("model", "tiny-mlm"), folder.Path, new ModelExportOptions());

        foreach (var name in new[] { "model.safetensors", "config.json", "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json" })
            Assert.Equal(File.ReadAllBytes(TestFiles.Golden("model", "tiny-mlm", name)), File.ReadAllBytes(folder[name]));
    }

    [Fact]
    public void A_pickled_pretraining_model_becomes_a_language_model_in_safetensors()
    {
        var expected = ModelFolder.LoadMaskedLM(TestFiles.Golden("model", "tiny-pretraining"), 0, Cpu, ComputeType.Fp32).Model;

        var report = ModelExport.Write(TestFiles.Golden("model", "tiny-pretraining"), folder.Path, new ModelExportOptions { Architecture = nameof(BertForMaskedLM) });

        Assert.Equal(["bert.pooler.dense.bias", "bert.pooler.dense.weight", "cls.seq_relationship.bias", "cls.seq_relationship.weight"], report.Unexpected);
        AssertSame(expected, ModelFolder.LoadMaskedLM(folder.Path, 1, Cpu, ComputeType.Fp32).Model);
        Assert.Equal(nameof(BertForMaskedLM), BertConfig.Load(folder.Path).Architecture);
    }

    [Fact]
    public void A_model_of_several_files_is_found_by_its_index()
    {
        var expected = ModelFolder.LoadClassifier(TestFiles.Golden("model", "tiny-classifier"), 2, 0, Cpu, ComputeType.Fp32).Model;

        ModelExport.Write(TestFiles.Golden("model", "tiny-classifier"), folder.Path, new ModelExportOptions { MaxShardBytes = 40_000 });

        // 131,8 kB of tensors, 46,080 bytes of them the word embeddings, which have a file of their own.
        Assert.Equal(["model-00001-of-00004.safetensors", "model-00002-of-00004.safetensors", "model-00003-of-00004.safetensors", "model-00004-of-00004.safetensors"],
            Directory.GetFiles(folder.Path, "*.safetensors").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        AssertSame(expected, ModelFolder.LoadClassifier(folder.Path, 2, 1, Cpu, ComputeType.Fp32).Model);
    }

    [Theory]
    [InlineData(SafetensorsType.F16, torch.ScalarType.Float16)]
    [InlineData(SafetensorsType.BF16, torch.ScalarType.BFloat16)]
    public void Narrower_numbers_are_rounded_as_torch_rounds_them(SafetensorsType type, torch.ScalarType torchType)
    {
        var model = ModelFolder.LoadMaskedLM(TestFiles.Golden("model", "tiny-mlm"), 0, Cpu, ComputeType.Fp32).Model;

        ModelExport.Write(TestFiles.Golden("model", "tiny-mlm"), folder.Path, new ModelExportOptions { Type = type });

        using var file = SafetensorsFile.Open(folder["model.safetensors"]);
        foreach (var (name, parameter) in model.Parameters())
        {
            Assert.Equal(type, file.Entries[name].Type);
            Assert.Equal(parameter.detach().to_type(torchType).contiguous().bytes.ToArray(), file.ReadBytes(name));
        }
        // 5 tensors of the embeddings, 16 of each of the two layers, 5 of the head.
        var again = ModelFolder.LoadMaskedLM(folder.Path, 1, Cpu, ComputeType.Fp32);
        Assert.Equal([KeyValuePair.Create(type.Name(), 42)], again.Report.Converted);
        foreach (var ((name, wanted), (_, got)) in model.Parameters().Zip(again.Model.Parameters()))
            Assert.True(Numbers.Of(wanted.to_type(torchType).to_type(torch.ScalarType.Float32)).SequenceEqual(Numbers.Of(got)), name);
    }

    [Fact]
    public void The_body_alone_has_names_without_a_prefix()
    {
        ModelExport.Write(TestFiles.Golden("model", "tiny-classifier"), folder.Path, new ModelExportOptions { Architecture = ParameterShapes.Body });

        using var file = SafetensorsFile.Open(folder["model.safetensors"]);
        Assert.Equal(39, file.Entries.Count);
        Assert.All(file.Entries.Keys, name => Assert.False(name.StartsWith("bert.", StringComparison.Ordinal), name));
        Assert.Equal(["bert.embeddings.LayerNorm.bias"], ModelFolder.LoadClassifier(folder.Path, 2, 1, Cpu, ComputeType.Fp32).Report.Reused.Take(1));
    }

    [Fact]
    public void What_a_model_lacks_is_never_made_up()
    {
        var error = Assert.Throws<InputException>(() =>
            ModelExport.Write(TestFiles.Golden("model", "tiny-mlm"), folder.Path, new ModelExportOptions { Architecture = nameof(BertForSequenceClassification) }));

        Assert.Contains("is not a whole BertForSequenceClassification: it lacks bert.pooler.dense.bias", error.Message, StringComparison.Ordinal);
    }

    private static void AssertSame(PretrainedBert expected, PretrainedBert actual)
    {
        foreach (var ((name, wanted), (_, got)) in expected.Parameters().Zip(actual.Parameters()))
            Assert.True(Numbers.Of(wanted).SequenceEqual(Numbers.Of(got)), name);
    }
}
