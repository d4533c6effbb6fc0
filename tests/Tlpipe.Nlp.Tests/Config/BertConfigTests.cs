// config.json is read, refused by name, and written as Hugging Face writes it.
using System.Text.Json.Nodes;
using Tlpipe.Formats;
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Tests.Model;

namespace Tlpipe.Nlp.Tests.Config;

public sealed class BertConfigTests
{
    [Theory]
    [InlineData("tiny-mlm")]
    [InlineData("tiny-classifier")]
    [InlineData("odd-classifier")]
    public void A_config_read_and_written_is_the_same_file(string name)
    {
        var path = TestFiles.Golden("model", name, BertConfig.FileName);

        var config = BertConfig.Load(TestFiles.Golden("model", name));

        Assert.Equal(File.ReadAllText(path), config.ToJson());
    }

    [Fact]
    public void Fields_are_those_of_the_file()
    {
        var config = BertConfig.Load(TestFiles.Golden("model", "odd-classifier"));

        Assert.Equal((360, 48, 3, 3, 80, 40), (config.VocabSize, config.HiddenSize, config.NumHiddenLayers, config.NumAttentionHeads, config.IntermediateSize, config.MaxPositionEmbeddings));
        Assert.Equal((1e-5, 0.0, null), (config.LayerNormEps, config.HiddenDropoutProb, config.ClassifierDropout));
        Assert.Equal(["LABEL_0", "LABEL_1", "LABEL_2"], config.Labels);
        Assert.Equal("BertForSequenceClassification", config.Architecture);
    }

    [Fact]
    public void What_tlpipe_does_not_know_is_written_back_and_what_it_changes_is_changed()
    {
        using var model = new TemporaryModel(("pooler_fc_size", 768), ("directionality", "bidi"), ("torch_dtype", "float16"));
        var config = BertConfig.Load(model.Folder);

        var written = JsonNode.Parse((config with { HiddenDropoutProb = 0, Labels = ["não", "sim", "talvez"] }).ToJson())?.AsObject() ?? [];

        Assert.Equal(768, (int?)written["pooler_fc_size"]);
        Assert.Equal("bidi", (string?)written["directionality"]);
        Assert.False(written.ContainsKey("torch_dtype"));
        Assert.Equal("float32", (string?)written["dtype"]);
        Assert.Equal("0.0", written["hidden_dropout_prob"]?.ToJsonString());
        Assert.Equal("1e-12", written["layer_norm_eps"]?.ToJsonString());
        Assert.Equal("talvez", (string?)written["id2label"]?["2"]);
        Assert.Equal(0, (int?)written["label2id"]?["não"]);
    }

    [Fact]
    public void Letters_outside_ASCII_are_escaped_as_Python_escapes_them()
    {
        var config = new BertConfig { VocabSize = 9, HiddenSize = 4, NumHiddenLayers = 1, NumAttentionHeads = 2, IntermediateSize = 8, Labels = ["não", "é"] };

        // The result of Python's json.dumps({"0": "não", "1": "é"}).
        Assert.Contains("\"0\": \"n\\u00e3o\",\n    \"1\": \"\\u00e9\"", config.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_and_more_labels_are_written_in_the_order_of_their_indices()
    {
        var config = new BertConfig { VocabSize = 9, HiddenSize = 4, NumHiddenLayers = 1, NumAttentionHeads = 2, IntermediateSize = 8, Labels = BertConfig.DefaultLabels(12) };

        var written = JsonNode.Parse(config.ToJson())?["id2label"]?.AsObject() ?? [];

        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"{i}"), written.Select(label => label.Key));
    }

    [Theory]
    [InlineData("hidden_act", "\"silu\"", "hidden_act is 'silu', which tlpipe's BERT cannot honour; supported: gelu, gelu_new, gelu_pytorch_tanh, relu")]
    [InlineData("position_embedding_type", "\"relative_key\"", "position_embedding_type is 'relative_key', which tlpipe's BERT cannot honour; supported: absolute")]
    [InlineData("is_decoder", "true", "is_decoder is 'true', which tlpipe's BERT cannot honour; supported: false")]
    [InlineData("add_cross_attention", "true", "add_cross_attention is 'true'")]
    [InlineData("model_type", "\"roberta\"", "model_type is 'roberta', which tlpipe's BERT cannot honour; supported: bert")]
    [InlineData("vocab_size", "null", "has no vocab_size")]
    [InlineData("hidden_size", "\"24\"", "hidden_size is \"24\"; give a whole number")]
    [InlineData("num_hidden_layers", "0", "num_hidden_layers is 0; give a number above 0")]
    [InlineData("num_attention_heads", "5", "hidden_size 24 is not a multiple of num_attention_heads 5")]
    [InlineData("hidden_dropout_prob", "1", "hidden_dropout_prob is 1; give a number from 0 to below 1")]
    [InlineData("pad_token_id", "97", "pad_token_id 97 is outside the vocabulary of 97")]
    [InlineData("id2label", "{\"0\":\"a\",\"2\":\"b\"}", "give names for the indices 0 to 1")]
    public void A_value_that_cannot_be_honoured_is_refused_by_name(string key, string value, string message)
    {
        using var model = new TemporaryModel((key, JsonNode.Parse(value)));

        var error = Assert.Throws<InputException>(() => BertConfig.Load(model.Folder));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "is not a JSON object")]
    [InlineData("{\"vocab_size\": 3", "is not JSON")]
    [InlineData("{\"vocab_size\": 3, \"vocab_size\": 4}", "is not JSON")]
    public void A_file_that_is_no_object_is_refused(string json, string message)
    {
        var error = Assert.Throws<InputException>(() => BertConfig.Parse(json, "config.json"));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_config_is_refused()
    {
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<InputException>(() => BertConfig.Load(folder.Path));

        Assert.Contains("has no config.json; give the folder of a Hugging Face BERT model", error.Message, StringComparison.Ordinal);
    }
}
