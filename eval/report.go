package eval

// figures draws what the run has learned and how it did.
func (r *Run) figures() error {
	path, err := r.Dir.Figure("accuracy")
	if err != nil {
		return err
	}
	if err := FigureBars(path, Summarize(r.results.Rows)); err != nil {
		return err
	}
	rows := r.Dir.Epochs()
	if len(rows) == 0 {
		return nil
	}
	if path, err = r.Dir.Figure("loss"); err != nil {
		return err
	}
	return FigureCurves(path, "epoch", "training loss (nats)", LossCurves(rows))
}
