// Environment variables and names, as huggingface_hub takes them (docs/hf-parity.md 15.1).
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Stages.Hub;

namespace Tlpipe.Tests.Hub;

public sealed class HubSettingsTests
{
    [Theory]
    [InlineData("", "/home/ada/.cache/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x", "/x/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x HF_HOME=/h", "/h/hub")]
    [InlineData("HF_HOME=~/hf", "/home/ada/hf/hub")]
    [InlineData("HF_HOME=$BIG/hf BIG=/data", "/data/hf/hub")]
    [InlineData("HF_HOME=/h HUGGINGFACE_HUB_CACHE=/legacy", "/legacy")]
    [InlineData("HF_HOME=/h HUGGINGFACE_HUB_CACHE=/legacy HF_HUB_CACHE=${BIG}/c BIG=/data", "/data/c")]
    public void The_cache_is_where_huggingface_hub_has_it(string variables, string expected)
    {
        var settings = Settings(variables);

        Assert.Equal(expected, settings.Cache);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("HF_HUB_OFFLINE=1", true)]
    [InlineData("HF_HUB_OFFLINE=on", true)]
    [InlineData("HF_HUB_OFFLINE=Yes", true)]
    [InlineData("TRANSFORMERS_OFFLINE=TRUE", true)]
    [InlineData("HF_HUB_OFFLINE=0 TRANSFORMERS_OFFLINE=1", false)]
    public void Offline_is_what_huggingface_hub_takes_for_it(string variables, bool expected)
    {
        var settings = Settings(variables);

        Assert.Equal(expected, settings.Offline);
    }

    [Fact]
    public void The_token_is_the_variables_else_the_files_and_none_where_it_is_not_to_be_sent()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["token"], "hf_file\n");

        var ofFile = Settings($"HF_HOME={folder.Path}").ReadToken();
        var ofVariable = Settings($"HF_HOME={folder.Path} HF_TOKEN=hf_variable").ReadToken();
        var ofPath = Settings($"HF_TOKEN_PATH={folder["token"]}").ReadToken();
        var none = Settings($"HF_HOME={folder.Path} HF_TOKEN=hf_variable HF_HUB_DISABLE_IMPLICIT_TOKEN=1").ReadToken();

        Assert.Equal(("hf_file", "hf_variable", "hf_file", null), (ofFile, ofVariable, ofPath, none));
        Assert.DoesNotContain("hf_variable", Settings("HF_TOKEN=hf_variable").ToString());
    }

    [Theory]
    [InlineData("HF_ENDPOINT=mirror.example", "HF_ENDPOINT is 'mirror.example'")]
    [InlineData("HF_HUB_DOWNLOAD_TIMEOUT=soon", "HF_HUB_DOWNLOAD_TIMEOUT is 'soon'")]
    public void A_variable_that_makes_no_sense_is_one_line(string variables, string expected)
    {
        var mistake = Assert.Throws<PipelineException>(() => Settings(variables));

        Assert.Contains(expected, Assert.Single(mistake.Diagnostics).Message);
    }

    [Theory]
    [InlineData("bert-base-uncased", true)]
    [InlineData("neuralmind/bert-base-portuguese-cased", true)]
    [InlineData("models/bert/base", false)]
    [InlineData("../bert", false)]
    [InlineData("./bert", false)]
    [InlineData("/models/bert", false)]
    [InlineData("bert--base", false)]
    [InlineData("bert.git", false)]
    [InlineData("a b", false)]
    public void A_models_name_is_what_huggingface_hub_takes_for_one(string text, bool expected)
    {
        Assert.Equal(expected, ModelName.IsRepository(text));
    }

    [Theory]
    [InlineData("main", true)]
    [InlineData("refs/pr/3", true)]
    [InlineData("v1.0", true)]
    [InlineData("../../etc", false)]
    [InlineData("/main", false)]
    [InlineData("a//b", false)]
    [InlineData("", false)]
    public void A_revision_never_leads_out_of_the_cache(string text, bool expected)
    {
        Assert.Equal(expected, ModelName.IsRevision(text));
    }

    private static HubSettings Settings(string variables)
    {
        var values = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        values.TryAdd("HOME", "/home/ada");
        return HubSettings.From(values.GetValueOrDefault);
    }
}
