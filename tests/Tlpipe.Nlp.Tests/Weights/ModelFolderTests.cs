// Folders as Hugging Face writes them: every form of weights, what is reported, what is refused, what is written.
using System.Text.Json.Nodes;
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Tests.Model;
using Tlpipe.Nlp.Weights;
using TorchSharp;

namespace Tlpipe.Nlp.Tests.Weights;

public sealed class ModelFolderTests : IDisposable
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
    public void A_saved_masked_language_model_is_Hugging_Face_s_folder_byte_for_byte()
    {
        var model = MaskedLM(TestFiles.Golden("model", "tiny-mlm")).Model;

        ModelFolder.Save(model, folder.Path);

        AssertSameFile("tiny-mlm", "model.safetensors");
        AssertSameFile("tiny-mlm", "config.json");
    }

    [Fact]
    public void A_saved_classifier_is_Hugging_Face_s_byte_for_byte_with_its_problem_type()
    {
        var model = Classifier(TestFiles.Golden("model", "tiny-classifier")).Model;

        ModelFolder.Save(model, folder.Path);

        AssertSameFile("tiny-classifier", "model.safetensors");
        var config = JsonNode.Parse(File.ReadAllText(folder["config.json"]))?.AsObject() ?? [];
        Assert.Equal("single_label_classification", (string?)config["problem_type"]);
        config.Remove("problem_type");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(File.ReadAllText(TestFiles.Golden("model", "tiny-classifier", "config.json"))), config));
    }

    [Fact]
    public void A_carried_pooler_is_the_first_model_s_and_the_classifier_begins_with_it()
    {
        var source = TestFiles.Golden("model", "tiny-pretraining");
        ModelFolder.Save(MaskedLM(source).Model, folder["plain"]);
        ModelFolder.Save(MaskedLM(source).Model, folder["carried"], CarriedWeights.Pooler(source));

        var (plain, plainReport) = Classifier(folder["plain"]);
        var (carried, carriedReport) = Classifier(folder["carried"]);

        Assert.Equal(["bert.pooler.dense.bias", "bert.pooler.dense.weight", "classifier.bias", "classifier.weight"], plainReport.Missing);
        Assert.Equal(["classifier.bias", "classifier.weight"], carriedReport.Missing);
        var expected = Pooler(ModelFolder.LoadPreTraining(source, 0, Cpu, ComputeType.Fp32).Model);
        Assert.Equal(expected, Pooler(carried));
        Assert.NotEqual(expected, Pooler(plain));

        static float[] Pooler(PretrainedBert model) => model.Parameters().Single(p => p.Name == "bert.pooler.dense.weight").Parameter.data<float>().ToArray();
    }

    [Fact]
    public void A_pooler_that_is_not_there_cannot_be_carried()
    {
        var error = Assert.Throws<InputException>(() => CarriedWeights.Pooler(TestFiles.Golden("model", "tiny-mlm")));

        Assert.EndsWith("has no bert.pooler.dense.weight to carry over; leave out carry_pooler", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_digest_follows_the_config_and_the_weights_and_nothing_else()
    {
        var golden = TestFiles.Golden("model", "tiny-classifier");
        var digest = ModelFolder.Save(Classifier(golden).Model, folder["a"]);

        var again = ModelFolder.Save(Classifier(folder["a"]).Model, folder["b"]);
        var otherConfig = ModelFolder.Save(ModelFolder.LoadClassifier(golden, 2, 0, Cpu, ComputeType.Fp32, dropout: new DropoutRates(Hidden: 0.2)).Model, folder["c"]);
        var otherWeights = ModelFolder.Save(ModelFolder.LoadClassifier(golden, 2, 1, Cpu, ComputeType.Fp32, randomWeights: true).Model, folder["d"]);

        Assert.Equal(digest, again);
        Assert.Equal(3, new[] { digest, otherConfig, otherWeights }.Distinct().Count());
    }

    [Fact]
    public void Parameters_come_in_the_order_of_named_parameters()
    {
        var names = MaskedLM(TestFiles.Golden("model", "tiny-mlm")).Model.Parameters().Select(p => p.Name).ToList();

        Assert.Equal(
            ["bert.embeddings.word_embeddings.weight", "bert.embeddings.position_embeddings.weight", "bert.embeddings.token_type_embeddings.weight",
                "bert.embeddings.LayerNorm.weight", "bert.embeddings.LayerNorm.bias", "bert.encoder.layer.0.attention.self.query.weight"],
            names.Take(6));
        Assert.Equal(
            ["bert.encoder.layer.1.output.LayerNorm.weight", "bert.encoder.layer.1.output.LayerNorm.bias", "cls.predictions.bias",
                "cls.predictions.transform.dense.weight", "cls.predictions.transform.dense.bias", "cls.predictions.transform.LayerNorm.weight",
                "cls.predictions.transform.LayerNorm.bias"],
            names.TakeLast(7));
    }

    [Fact]
    public void A_pretraining_checkpoint_gives_both_heads_logits()
    {
        using var golden = new GoldenCase("tiny-pretraining-case.safetensors");
        var (model, report) = ModelFolder.LoadPreTraining(TestFiles.Golden("model", "tiny-pretraining"), 0, Cpu, ComputeType.Fp32);

        var (words, nextSentence) = model.Logits(golden.Pack(model.Config, Cpu), null);

        Numbers.AreClose(golden.WithoutPadding(golden.Floats("prediction_logits")), Numbers.Of(words), 1e-5);
        Numbers.AreClose(golden.Floats("seq_relationship_logits"), Numbers.Of(nextSentence), 1e-5);
        Assert.Empty(report.Missing);
        Assert.Empty(report.Unexpected);
    }

    [Theory]
    [InlineData("tiny-pretraining.legacy.bin")]
    [InlineData("tiny-pretraining.gamma-beta.legacy.bin")]
    public void Old_containers_and_old_names_hold_the_same_model(string file)
    {
        var expected = ModelFolder.LoadPreTraining(TestFiles.Golden("model", "tiny-pretraining"), 0, Cpu, ComputeType.Fp32).Model;
        File.Copy(TestFiles.Golden("model", "tiny-pretraining", "config.json"), folder["config.json"]);
        File.Copy(TestFiles.Golden("model", file), folder["pytorch_model.bin"]);

        var (model, report) = ModelFolder.LoadPreTraining(folder.Path, 0, Cpu, ComputeType.Fp32);

        AssertSameParameters(expected, model);
        Assert.Empty(report.Missing);
    }

    [Theory]
    [InlineData("classifier", "pretraining")]
    [InlineData("masked-lm", "pretraining")]
    [InlineData("classifier", "masked-lm")]
    [InlineData("masked-lm", "masked-lm")]
    [InlineData("masked-lm", "classifier")]
    [InlineData("base", "masked-lm")]
    public void Missing_and_unexpected_names_are_those_that_Hugging_Face_reports(string target, string checkpoint)
    {
        var reports = JsonNode.Parse(File.ReadAllText(TestFiles.Golden("model", "load-reports.json")));
        var path = TestFiles.Golden("model", checkpoint == "masked-lm" ? "tiny-mlm" : $"tiny-{checkpoint}");

        var report = target switch
        {
            "classifier" => Classifier(path).Report,
            "masked-lm" => MaskedLM(path).Report,
            _ => ModelFolder.Report(path, ParameterShapes.Body),
        };

        var expected = reports?[$"{target} from {checkpoint}"];
        Assert.Equal(Names(expected?["missing"]), report.Missing);
        Assert.Equal(Names(expected?["unexpected"]), report.Unexpected);
        Assert.Equal(6, reports?.AsObject().Count);
    }

    [Fact]
    public void Names_and_shapes_are_known_without_a_model()
    {
        var pretraining = ModelFolder.LoadPreTraining(TestFiles.Golden("model", "tiny-pretraining"), 0, Cpu, ComputeType.Fp32).Model;
        PretrainedBert[] models = [MaskedLM(TestFiles.Golden("model", "tiny-mlm")).Model, Classifier(TestFiles.Golden("model", "tiny-classifier")).Model, pretraining];

        foreach (var model in models)
            Assert.Equal(
                model.Parameters().Select(p => $"{p.Name} {string.Join(',', p.Parameter.shape)}"),
                ParameterShapes.Of(model.Config, model.Architecture).Select(p => $"{p.Name} {string.Join(',', p.Shape)}"));
    }

    [Fact]
    public void A_table_says_what_is_reused_left_out_and_new_and_why()
    {
        var report = ModelFolder.LoadClassifier(TestFiles.Golden("model", "tiny-pretraining"), 2, 42, Cpu, ComputeType.Fp32).Report;

        Assert.Equal(
            [
                "part                       tensors  state     why",
                "bert.embeddings                  5  reused",
                "bert.encoder.layer.{0..1}       32  reused",
                "bert.pooler                      2  reused",
                "cls.predictions                  6  left out  BertForSequenceClassification has no such part",
                "cls.seq_relationship             2  left out  BertForSequenceClassification has no such part",
                "classifier                       2  fresh     the checkpoint has none; drawn under seed 42, of use once trained",
            ],
            report.Table());
    }

    [Fact]
    public void A_table_names_old_names_and_a_decoder_that_is_stored_twice()
    {
        File.Copy(TestFiles.Golden("model", "tiny-pretraining", "config.json"), folder["config.json"]);
        File.Copy(TestFiles.Golden("model", "tiny-pretraining.gamma-beta.legacy.bin"), folder["pytorch_model.bin"]);

        var table = MaskedLM(folder.Path).Report.Table();

        Assert.Contains("bert.embeddings                  5  reused    2 under older names (gamma, beta)", table);
        Assert.Contains("cls.predictions.decoder          1  tied      is the word embeddings once more", table);
    }

    [Fact]
    public void A_decoder_of_its_own_is_left_out_and_named()
    {
        File.Copy(TestFiles.Golden("model", "tiny-mlm", "config.json"), folder["config.json"]);
        var other = new byte[360 * 32 * sizeof(float)];
        SafetensorsWriter.Write(folder["model.safetensors"], Stored("tiny-mlm").Append(new SafetensorsTensor("cls.predictions.decoder.weight", SafetensorsType.F32, [360, 32], () => other)));

        var report = MaskedLM(folder.Path).Report;

        Assert.Equal(DecoderKind.Other, report.StoredDecoder);
        Assert.Contains(report.Table(), line => line.StartsWith("cls.predictions.decoder", StringComparison.Ordinal) && line.Contains("differs from the word embeddings", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1 << 28, "is [64, 32] where the config asks for [268435456, 32]")]
    [InlineData(1 << 30, "config.json asks for 1.4e11 parameters, and tlpipe takes up to 1e11")]
    public void Sizes_that_the_weights_do_not_have_are_refused_before_memory_is_taken_for_them(int size, string message)
    {
        File.Copy(TestFiles.Golden("model", "tiny-classifier", "model.safetensors"), folder["model.safetensors"]);
        var config = JsonNode.Parse(File.ReadAllText(TestFiles.Golden("model", "tiny-classifier", "config.json")))!;
        config["intermediate_size"] = size;
        File.WriteAllText(folder["config.json"], config.ToJsonString());

        var error = Assert.Throws<InputException>(() => Classifier(folder.Path));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_hold_the_same_model_as_one_file()
    {
        var expected = Classifier(TestFiles.Golden("model", "tiny-classifier")).Model;
        var tensors = Stored("tiny-classifier");
        File.Copy(TestFiles.Golden("model", "tiny-classifier", "config.json"), folder["config.json"]);
        var map = new JsonObject();
        foreach (var (shard, part) in new[] { ("one.safetensors", tensors.Take(20)), ("two.safetensors", tensors.Skip(20)) })
        {
            SafetensorsWriter.Write(folder[shard], part);
            foreach (var tensor in part)
                map[tensor.Name] = shard;
        }
        File.WriteAllText(folder["model.safetensors.index.json"], new JsonObject { ["weight_map"] = map }.ToJsonString());

        var (model, report) = Classifier(folder.Path);

        AssertSameParameters(expected, model);
        Assert.Empty(report.Missing);
    }

    [Theory]
    [InlineData("../one.safetensors", "names a shard that is not a file name")]
    [InlineData("none.safetensors", "does not exist")]
    public void A_shard_outside_the_folder_or_missing_is_refused(string shard, string message)
    {
        File.Copy(TestFiles.Golden("model", "tiny-classifier", "config.json"), folder["config.json"]);
        File.WriteAllText(folder["model.safetensors.index.json"], $$"""{"weight_map": { "classifier.bias": "{{shard}}" } }""");

        var error = Assert.Throws<InputException>(() => Classifier(folder.Path));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_the_body_alone_gets_the_prefix()
    {
        var expected = MaskedLM(TestFiles.Golden("model", "tiny-mlm")).Model;
        File.Copy(TestFiles.Golden("model", "tiny-mlm", "config.json"), folder["config.json"]);
        SafetensorsWriter.Write(
            folder["model.safetensors"],
            Stored("tiny-mlm").Where(t => t.Name.StartsWith("bert.", StringComparison.Ordinal)).Select(t => t with { Name = t.Name["bert.".Length..] }));

        var (model, report) = MaskedLM(folder.Path);

        Assert.Equal(37, report.Reused.Count);
        foreach (var ((name, wanted), (_, got)) in expected.Parameters().Zip(model.Parameters()).Where(p => p.First.Name.StartsWith("bert.", StringComparison.Ordinal)))
            Assert.True(Numbers.Of(wanted).SequenceEqual(Numbers.Of(got)), name);
    }

    [Theory]
    [InlineData(SafetensorsType.F16)]
    [InlineData(SafetensorsType.F64)]
    public void Weights_of_other_precision_become_float32(SafetensorsType type)
    {
        var expected = Classifier(TestFiles.Golden("model", "tiny-classifier")).Model;
        File.Copy(TestFiles.Golden("model", "tiny-classifier", "config.json"), folder["config.json"]);
        SafetensorsWriter.Write(folder["model.safetensors"], Stored("tiny-classifier").Select(t => As(t, type)));

        var model = Classifier(folder.Path).Model;

        foreach (var ((_, wanted), (_, got)) in expected.Parameters().Zip(model.Parameters()))
        {
            Assert.Equal(torch.ScalarType.Float32, got.dtype);
            var values = Numbers.Of(wanted);
            Assert.Equal(type == SafetensorsType.F16 ? [.. values.Select(x => (float)(Half)x)] : values, Numbers.Of(got));
        }
    }

    [Fact]
    public void Weights_that_are_whole_numbers_are_refused()
    {
        File.Copy(TestFiles.Golden("model", "tiny-classifier", "config.json"), folder["config.json"]);
        SafetensorsWriter.Write(folder["model.safetensors"], Stored("tiny-classifier").Select(t => t.Name == "classifier.bias" ? t with { Type = SafetensorsType.I32 } : t));

        var error = Assert.Throws<InputException>(() => Classifier(folder.Path));

        Assert.Contains("'classifier.bias' holds I32 numbers; weights are F16, BF16, F32 or F64", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_of_another_shape_is_refused_with_both_shapes()
    {
        var error = Assert.Throws<InputException>(() => ModelFolder.LoadClassifier(TestFiles.Golden("model", "odd-classifier"), 4, 0, Cpu, ComputeType.Fp32));

        Assert.Contains("is [3] where the config asks for [4]", error.Message.Replace(", 48", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_Git_LFS_pointer_is_named_as_one()
    {
        File.Copy(TestFiles.Golden("model", "tiny-classifier", "config.json"), folder["config.json"]);
        File.WriteAllText(folder["model.safetensors"], "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");

        var error = Assert.Throws<InputException>(() => Classifier(folder.Path));

        Assert.Contains("Git LFS pointer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_weights_names_the_files_it_could_have()
    {
        File.Copy(TestFiles.Golden("model", "tiny-classifier", "config.json"), folder["config.json"]);

        var error = Assert.Throws<InputException>(() => Classifier(folder.Path));

        Assert.Contains("has no weights; it needs model.safetensors, model.safetensors.index.json, pytorch_model.bin or pytorch_model.bin.index.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_no_BERT_are_refused()
    {
        File.Copy(TestFiles.Golden("model", "tiny-classifier", "config.json"), folder["config.json"]);
        SafetensorsWriter.Write(folder["model.safetensors"], [SafetensorsTensor.Int32("something", [1])]);

        var error = Assert.Throws<InputException>(() => Classifier(folder.Path));

        Assert.Contains("holds no weights of a BERT", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_number_of_classes_takes_default_names()
    {
        var (model, _) = ModelFolder.LoadClassifier(TestFiles.Golden("model", "tiny-mlm"), 3, 0, Cpu, ComputeType.Fp32);

        Assert.Equal(["LABEL_0", "LABEL_1", "LABEL_2"], model.Config.Labels);
    }

    private static (BertForSequenceClassification Model, LoadReport Report) Classifier(string path) =>
        ModelFolder.LoadClassifier(path, 2, 0, Cpu, ComputeType.Fp32);

    private static (BertForMaskedLM Model, LoadReport Report) MaskedLM(string path) => ModelFolder.LoadMaskedLM(path, 0, Cpu, ComputeType.Fp32);

    private static List<SafetensorsTensor> Stored(string name)
    {
        using var file = SafetensorsFile.Open(TestFiles.Golden("model", name, "model.safetensors"));
        return [.. file.Entries.Values.Select(e =>
        {
            var bytes = file.ReadBytes(e.Name);
            return new SafetensorsTensor(e.Name, e.Type, e.Shape, () => bytes);
        })];
    }

    private static SafetensorsTensor As(SafetensorsTensor tensor, SafetensorsType type)
    {
        var values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.Bytes().Span).ToArray();
        byte[] bytes = [.. values.SelectMany(x => type == SafetensorsType.F16 ? BitConverter.GetBytes((Half)x) : BitConverter.GetBytes((double)x))];
        return tensor with { Type = type, Bytes = () => bytes };
    }

    private static string[] Names(JsonNode? list) => [.. (list?.AsArray() ?? []).Select(name => (string?)name ?? "")];

    private static void AssertSameParameters(PretrainedBert expected, PretrainedBert actual)
    {
        foreach (var ((name, wanted), (otherName, got)) in expected.Parameters().Zip(actual.Parameters()))
        {
            Assert.Equal(name, otherName);
            Assert.True(Numbers.Of(wanted).SequenceEqual(Numbers.Of(got)), name);
        }
    }

    private void AssertSameFile(string model, string file) =>
        Assert.Equal(File.ReadAllBytes(TestFiles.Golden("model", model, file)), File.ReadAllBytes(folder[file]));
}
