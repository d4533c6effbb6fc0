// The options that every training of a model from a folder has, beside those of the training itself.
using System.ComponentModel.DataAnnotations;
using Tlpipe.Engine.Options;
using Tlpipe.Formats;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;
using Tlpipe.Stages.Models;
using Tlpipe.Stages.Results;

namespace Tlpipe.Stages.Training;

/// <summary>What to train, and on what. Trainer's other settings are refused by name.</summary>
[NotSupported(
    "precision is one for the whole pipeline: numerics: { dtype: bf16 } or fp16",
    "bf16", "fp16", "bf16_full_eval", "fp16_full_eval", "fp16_backend", "fp16_opt_level", "half_precision_backend", "tf32")]
[NotSupported("the device is one for the whole pipeline: runtime: { device: cpu } or cuda:0", "use_cpu", "no_cuda", "use_mps_device", "local_rank", "_n_gpu")]
[NotSupported("a result's place is the store's business, and every result is kept until it is deleted there; leave it out", "output_dir", "overwrite_output_dir", "logging_dir", "run_name")]
[NotSupported(
    "a training continues by itself where it was interrupted; leave it out",
    "resume_from_checkpoint", "ignore_data_skip", "restore_callback_states_from_checkpoint", "save_only_model", "save_on_each_node")]
[NotSupported("models are written as safetensors; leave it out", "save_safetensors")]
[NotSupported("a stage does one thing; leave it out", "do_train", "do_eval", "do_predict")]
[NotSupported("it is called eval_strategy; write eval_strategy: epoch", "evaluation_strategy", "evaluate_during_training")]
[NotSupported("tlpipe trains with AdamW, by the formula of adamw_torch_fused; leave it out", "optim", "optim_args", "optim_target_modules", "adafactor")]
[NotSupported("nothing is computed for padding, so there is nothing to win by it; leave it out", "group_by_length", "length_column_name")]
[NotSupported("the last batch of an epoch is used, however short; leave it out", "dataloader_drop_last")]
[NotSupported(
    "rows are in memory and batches need no workers; leave it out",
    "dataloader_num_workers", "dataloader_prefetch_factor", "dataloader_pin_memory", "dataloader_persistent_workers")]
[NotSupported("one device computes; leave it out",
    "ddp_backend", "ddp_find_unused_parameters", "ddp_bucket_cap_mb", "ddp_broadcast_buffers", "ddp_timeout", "deepspeed", "fsdp", "fsdp_config",
    "fsdp_min_num_params", "fsdp_transformer_layer_cls_to_wrap", "parallelism_config", "tpu_num_cores", "tpu_metrics_debug", "mp_parameters",
    "average_tokens_across_devices", "log_on_each_node", "log_level_replica", "eval_use_gather_object", "ray_scope")]
[NotSupported("give per_device_train_batch_size or per_device_eval_batch_size", "per_gpu_train_batch_size", "per_gpu_eval_batch_size", "train_batch_size", "eval_batch_size")]
[NotSupported("if memory runs out, tlpipe says which batch size to lower; leave it out", "auto_find_batch_size", "torch_empty_cache_steps")]
[NotSupported("there is one way to compute layers again; write gradient_checkpointing: true alone", "gradient_checkpointing_kwargs")]
[NotSupported("evaluations compute only what their figures need; leave it out",
    "eval_accumulation_steps", "prediction_loss_only", "batch_eval_metrics", "eval_do_concat_batches", "include_for_metrics", "include_inputs_for_metrics",
    "jit_mode_eval", "use_legacy_prediction_loop")]
[NotSupported("evaluations come by epoch or by steps from the beginning; use eval_strategy", "eval_delay", "eval_on_start")]
[NotSupported("columns and labels are chosen where texts are tokenized: text_column, label_column", "remove_unused_columns", "label_names", "past_index")]
[NotSupported("a loss that is not a number always counts as the mean so far; leave it out", "logging_nan_inf_filter")]
[NotSupported("tlpipe writes its own log; leave it out",
    "report_to", "project", "trackio_space_id", "disable_tqdm", "log_level", "debug", "skip_memory_metrics", "include_tokens_per_second", "include_num_input_tokens_seen")]
[NotSupported("nothing is sent anywhere; leave it out",
    "push_to_hub", "push_to_hub_model_id", "push_to_hub_organization", "push_to_hub_token", "hub_model_id", "hub_strategy", "hub_token",
    "hub_private_repo", "hub_always_push", "hub_revision")]
[NotSupported("kernels are chosen by tlpipe; leave it out",
    "torch_compile", "torch_compile_backend", "torch_compile_mode", "torchdynamo", "use_liger_kernel", "liger_kernel_config", "full_determinism", "accelerator_config")]
[NotSupported("no noise is added to embeddings; leave it out", "neftune_noise_alpha")]
public abstract record ModelTrainingOptions : TrainingArguments, ITrained
{
    /// <summary>The model to begin with.</summary>
    public required ModelSource Model { get; init; }

    /// <summary>The rows to train on: windows for a language model, labelled rows for a classifier.</summary>
    [Takes(OutputKinds.Tokens, OutputKinds.Windows)]
    public required Input Train { get; init; }

    /// <summary>The rows to evaluate on; they choose the best model.</summary>
    [Takes(OutputKinds.Tokens, OutputKinds.Windows)]
    public required Input Eval { get; init; }

    /// <summary>Dropout of hidden states. Default: what config.json says.</summary>
    [Range(0.0, 0.99)]
    [HuggingFace("BertConfig")]
    public double? HiddenDropoutProb { get; init; }

    /// <summary>Dropout of attention probabilities. Default: what config.json says.</summary>
    [Range(0.0, 0.99)]
    [HuggingFace("BertConfig")]
    public double? AttentionProbsDropoutProb { get; init; }

    /// <summary>
    /// Whether a training keeps of each layer its input alone, and computes the layer again for its gradients: less memory for a third more work. The gradients are
    /// the same. Default: false.
    /// </summary>
    [ExecutionOnly]
    [HuggingFace("TrainingArguments")]
    public bool GradientCheckpointing { get; init; }

    /// <summary>
    /// What rows that are trained on may share with rows that are evaluated on: none, not even a text; text, also where a language model reads the
    /// texts of these very rows; or rows, for a look at how well training rows were learnt. Default: no row is in both, and texts that recur are counted and shown.
    /// </summary>
    [ExecutionOnly]
    public AllowOverlap? AllowOverlap { get; init; }

    /// <summary>A column of the tables that says which row it is, such as a review's number: rows are the same where it is equal. Default: the row labels of one source table.</summary>
    [ExecutionOnly]
    public string? IdColumn { get; init; }

    /// <summary>
    /// There is a warning where more than this share of the rows evaluated on has a text that recurs in training. Default: 0.05, where rows that were learnt by heart
    /// lift an accuracy of 0.8 by one point at most.
    /// </summary>
    [Range(0.0, 1.0)]
    [ExecutionOnly]
    public double WarnOverlapAbove { get; init; } = OverlapNote.UsualShare;

    Input? ITrained.Tuned => TunedBy;

    Input ITrained.TrainedOn => Train;

    Input? ITrained.ChosenOn => ChosenOn;

    Input? ITrained.BeginsWith => Model.From;

    RowsUse ITrained.Use => Use;

    /// <inheritdoc cref="ITrained.Use"/>
    internal abstract RowsUse Use { get; }

    /// <inheritdoc cref="ITrained.ChosenOn"/>
    internal abstract Input? ChosenOn { get; }

    /// <inheritdoc cref="ITrained.Tuned"/>
    internal abstract Input? TunedBy { get; }

    internal DropoutRates DropoutRates => new(HiddenDropoutProb, AttentionProbsDropoutProb);

    internal IEnumerable<OptionMistake> TrainingMistakes(params string[] metrics) =>
        Model.Check("model").Concat(Contradictions().Concat(MetricMistakes(metrics)).Select(m => new OptionMistake(m.Option, m.Message)));
}
