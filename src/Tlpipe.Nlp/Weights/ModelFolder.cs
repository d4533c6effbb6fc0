// Loads models from Hugging Face folders, makes new ones, and saves them.
using System.Security.Cryptography;
using System.Text;
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Weights;

/// <summary>A model's dropout rates where they shall differ from its config's; null leaves the config's.</summary>
public sealed record DropoutRates(double? Hidden = null, double? Attention = null, double? Classifier = null);

/// <summary>Which stored parts of a model are re-initialised (Zhang et al. 2021, Revisiting Few-sample BERT Fine-tuning).</summary>
/// <param name="Pooler">Whether the pooler is.</param>
/// <param name="TopLayers">How many layers from the top are.</param>
public sealed record Reinitialization(bool Pooler = false, int TopLayers = 0);

/// <summary>Folders with config.json and weights, as Hugging Face's <c>save_pretrained</c> writes them.</summary>
public static class ModelFolder
{
    private static readonly string[] ProblemTypes = ["single_label_classification", "regression", "multi_label_classification"];

    /// <summary>Loads a classifier. Parameters that the folder lacks are made from the seed.</summary>
    /// <param name="folder">Any BERT's folder.</param>
    /// <param name="numLabels">The number of classes; the config's names for them stay where their number is the same.</param>
    /// <param name="seed">Seeds the draws of fresh parameters.</param>
    /// <param name="device">Where the model shall be.</param>
    /// <param name="computeType">The element type of its products.</param>
    /// <param name="randomWeights">Takes only the config from the folder and draws every parameter.</param>
    /// <param name="dropout">Other dropout rates than the config's.</param>
    /// <param name="problemType">Hugging Face's name of what the outputs stand for; null for what the config says, else one class of several, or a number where there is one output.</param>
    /// <param name="reinitialize">Which of the folder's weights are re-initialised; null for none.</param>
    /// <exception cref="InputException">The folder holds no BERT that tlpipe can honour.</exception>
    public static (BertForSequenceClassification Model, LoadReport Report) LoadClassifier(
        string folder,
        int numLabels,
        long seed,
        ComputeDevice device,
        ComputeType computeType,
        bool randomWeights = false,
        DropoutRates? dropout = null,
        string? problemType = null,
        Reinitialization? reinitialize = null)
    {
        var config = Override(BertConfig.Load(folder), dropout);
        problemType ??= config.ProblemType ?? (numLabels == 1 ? "regression" : "single_label_classification");
        if (!ProblemTypes.Contains(problemType))
            throw new InputException($"{Path.Combine(folder, HuggingFaceFiles.Config)}: problem_type is '{problemType}'; tlpipe supports {string.Join(", ", ProblemTypes)}");
        if (numLabels < (problemType == "single_label_classification" ? 2 : 1))
            throw new InputException($"a classifier needs at least 2 classes, not {numLabels}; give data with more labels, or problem_type: regression");
        if (config.Labels.Count != numLabels)
            config = config with { Labels = BertConfig.DefaultLabels(numLabels) };
        config = config with { ProblemType = problemType };
        if (reinitialize is { TopLayers: var layers } && layers > config.NumHiddenLayers)
            throw new InputException($"{layers} layers cannot be re-initialised: the model in {folder} has {config.NumHiddenLayers}; give a smaller number");
        var (model, report) = Load(() => new BertForSequenceClassification(config, new KernelSet(device, computeType)), config, folder, seed, randomWeights);
        if (reinitialize is null or { Pooler: false, TopLayers: 0 })
            return (model, report);
        var made = FreshWeights.Reinitialize(model, report.Missing.ToHashSet(StringComparer.Ordinal), seed, reinitialize.Pooler, reinitialize.TopLayers);
        return (model, report.AfterReinitializing(made));
    }

    /// <summary>Loads a masked language model; parameters as for <see cref="LoadClassifier"/>.</summary>
    /// <inheritdoc cref="LoadClassifier" path="/exception"/>
    public static (BertForMaskedLM Model, LoadReport Report) LoadMaskedLM(
        string folder, long seed, ComputeDevice device, ComputeType computeType, bool randomWeights = false, DropoutRates? dropout = null)
    {
        var config = Tied(Override(BertConfig.Load(folder), dropout), folder);
        return Load(() => new BertForMaskedLM(config, new KernelSet(device, computeType)), config, folder, seed, randomWeights);
    }

    /// <summary>Loads the model that BERT was first trained as.</summary>
    /// <inheritdoc cref="LoadClassifier" path="/exception"/>
    public static (BertForPreTraining Model, LoadReport Report) LoadPreTraining(
        string folder, long seed, ComputeDevice device, ComputeType computeType)
    {
        var config = Tied(BertConfig.Load(folder), folder);
        return Load(() => new BertForPreTraining(config, new KernelSet(device, computeType)), config, folder, seed, randomWeights: false);
    }

    /// <summary>Whether a folder has weights beside its config, in one of the forms that can be read.</summary>
    public static bool HasWeights(string folder) => WeightFiles.AreIn(folder);

    /// <summary>What a folder's checkpoint gives a class of models, from names and shapes alone.</summary>
    /// <param name="folder">Any BERT's folder.</param>
    /// <param name="architecture">One of <see cref="ParameterShapes.Architectures"/>.</param>
    /// <inheritdoc cref="LoadClassifier" path="/exception"/>
    public static LoadReport Report(string folder, string architecture)
    {
        using var source = WeightFiles.Open(folder);
        return LoadPlan.Make(BertConfig.Load(folder), architecture, source, folder, seed: null).Report;
    }

    /// <summary>Writes config.json and model.safetensors; a tied decoder is not stored twice.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">The folder, made if it is not there.</param>
    /// <param name="carried">Parameters that go into the file as they are; null for none.</param>
    /// <returns>A digest of the config and the tensors, SHA-256 in lower-case hexadecimal.</returns>
    public static string Save(PretrainedBert model, string folder, CarriedWeights? carried = null)
    {
        Directory.CreateDirectory(folder);
        var config = (model.Config with { Architecture = model.Architecture }).ToJson();
        File.WriteAllText(Path.Combine(folder, HuggingFaceFiles.Config), config);
        var tensors = SafetensorsWriter.Write(
            Path.Combine(folder, HuggingFaceFiles.Safetensors),
            model.Parameters().Select(p => new SafetensorsTensor(p.Name, SafetensorsType.F32, p.Parameter.shape, () => Bytes(p.Parameter))).Concat(carried?.Tensors ?? []),
            new Dictionary<string, string> { ["format"] = "pt" });
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{config}\n{tensors}")));
    }

    private static (T Model, LoadReport Report) Load<T>(Func<T> make, BertConfig config, string folder, long seed, bool randomWeights)
        where T : PretrainedBert
    {
        if (randomWeights)
        {
            var fresh = make();
            FreshWeights.MakeAll(fresh, seed);
            var names = fresh.Parameters().Select(p => p.Name).Order(StringComparer.Ordinal);
            return (fresh, new LoadReport(fresh.Architecture, null, [], [], [.. names]) { Seed = seed });
        }
        using var source = WeightFiles.Open(folder);
        // Before the model is made, so that a mismatch costs no memory.
        var plan = LoadPlan.Make(config, typeof(T).Name, source, folder, seed);
        var model = make();
        FreshWeights.MakeMissing(model, plan.Parameters.Where(p => p.Stored is null).Select(p => p.Name).ToHashSet(StringComparer.Ordinal), seed);
        // libtorch is loaded and at work by now; the parameters' memory is filled from here on.
        LibraryPages.GiveBack();
        foreach (var ((_, parameter), planned) in model.Parameters().Zip(plan.Parameters))
            if (planned.Stored is { } stored)
                Copy(source, stored, parameter, model.Device);
        return (model, plan.Report);
    }

    private static void Copy(ITensorSource source, string name, Parameter parameter, ComputeDevice device)
    {
        var (type, shape) = source.Describe(name);
        if (type == SafetensorsType.F32 && !device.IsCuda)
        {
            // Straight from the file into the parameter's memory, so that loading takes the memory of the model and no more.
            source.Read(name, parameter.bytes);
            return;
        }
        using var _ = no_grad();
        using var values = device.From(source.ReadBytes(name), type switch
        {
            SafetensorsType.F16 => ScalarType.Float16,
            SafetensorsType.BF16 => ScalarType.BFloat16,
            SafetensorsType.F64 => ScalarType.Float64,
            _ => ScalarType.Float32,
        }, [.. shape]);
        parameter.copy_(values);
    }

    private static byte[] Bytes(Parameter parameter)
    {
        using var scope = NewDisposeScope();
        return parameter.detach().cpu().contiguous().bytes.ToArray();
    }

    private static BertConfig Override(BertConfig config, DropoutRates? rates)
    {
        if (rates is null)
            return config;
        foreach (var rate in new[] { rates.Hidden, rates.Attention, rates.Classifier })
            if (rate is < 0 or >= 1)
                throw new InputException($"a dropout rate of {rate} is impossible; give a number from 0 to below 1");
        return config with
        {
            HiddenDropoutProb = rates.Hidden ?? config.HiddenDropoutProb,
            AttentionProbsDropoutProb = rates.Attention ?? config.AttentionProbsDropoutProb,
            ClassifierDropout = rates.Classifier ?? config.ClassifierDropout,
        };
    }

    private static BertConfig Tied(BertConfig config, string folder) => config.TieWordEmbeddings
        ? config
        : throw new InputException($"{Path.Combine(folder, HuggingFaceFiles.Config)}: tie_word_embeddings is false; tlpipe's masked language model shares its decoder with the word embeddings (true)");
}
